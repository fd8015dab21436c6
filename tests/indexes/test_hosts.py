"""The host and the registered domain of a URL."""

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexes.hosts import hosts_and_domains, list_version, read


def of(*urls):
    hosts, domains = hosts_and_domains(pa.chunked_array([pa.array(urls, pa.string())]))
    return list(zip(hosts.to_pylist(), domains.to_pylist(), strict=True))


@pytest.mark.parametrize(
    ("url", "host", "domain"),
    [
        ("https://www.bbc.co.uk/news", "www.bbc.co.uk", "bbc.co.uk"),
        ("HTTP://WWW.Example.COM", "www.example.com", "example.com"),
        ("http://example.com:8080/a", "example.com", "example.com"),
        ("http://example.com:/a", "example.com", "example.com"),
        ("http://example.com:port/a", None, None),
        ("ftp://user:pass@word@files.example.org/x", "files.example.org", "example.org"),
        ("http://example.com.", "example.com", "example.com"),
        ("//cdn.example.net/x.js", "cdn.example.net", "example.net"),
        ("  https://example.com/  ", "example.com", "example.com"),
        ("https://example.com?q=http://other.org", "example.com", "example.com"),
        ("https://example.com#@other.org", "example.com", "example.com"),
        ("http://evil.com\\@good.com/", "evil.com", "evil.com"),
        ("https://someone.github.io/", "someone.github.io", "github.io"),
        ("https://co.uk/", "co.uk", None),
        ("https://a.city.kawasaki.jp/", "a.city.kawasaki.jp", "city.kawasaki.jp"),
        ("https://bücher.de/", "xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("https://xn--bcher-kva.de/", "xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("https://食狮.公司.cn/", "xn--85x722f.xn--55qx5d.cn", "xn--85x722f.xn--55qx5d.cn"),
        ("http://192.168.0.1:80/", "192.168.0.1", None),
        ("http://192.168.0.999/", None, None),
        ("http://[::1]:80/", "::1", None),
        ("http://[2001:DB8::0:1]/", "2001:db8::1", None),
        ("http://[nonsense]/", None, None),
        ("http://localhost/", "localhost", None),
        ("http://printer.local/", "printer.local", None),
        ("http://my_site.example.com/", "my_site.example.com", "example.com"),
        ("http://a..b.com/", None, None),
        ("http://-a.com/", None, None),
        ("http://exa mple.com/", None, None),
        ("http://" + "a" * 64 + ".com/", None, None),
        ("www.example.com/page", "www.example.com", "example.com"),
        ("example.com:80", "example.com", "example.com"),
        ("file:///etc/passwd", None, None),
        ("some/path.txt", None, None),
        ("notes.local", None, None),
        ("1.2.3.4", None, None),
        ("mailto:a@example.com", None, None),
        ("data:text/html,x", None, None),
        ("http://", None, None),
        ("", None, None),
        ("not a url", None, None),
        (None, None, None),
    ],
)
def test_a_host_and_its_domain(url, host, domain):
    assert of(url) == [(host, domain)]


URLS = (
    st.none()
    | st.text(max_size=12)
    | st.from_regex(r"(https?://)?([a-zé]{1,3}\.){0,3}(com|co\.uk|de|x)(/|:1)?")
)


@given(st.lists(URLS, max_size=6))
def test_urls_together_are_read_as_each_alone(urls):
    assert of(*urls) == [of(url)[0] for url in urls]


@given(URLS)
def test_a_domain_is_the_end_of_its_host_and_its_own_domain(url):
    [(host, domain)] = of(url)
    if domain is not None:
        assert host == domain or host.endswith(f".{domain}")
        assert read(domain, bare=False) == (domain, domain)


def test_the_list_is_named_with_its_day():
    assert list_version().split(".")[-1].isdecimal()
