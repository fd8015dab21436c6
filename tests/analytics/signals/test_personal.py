"""Personal data: texts worked by hand, by kind, and what peers said of real documents."""

import numpy as np
import pyarrow as pa
import pytest

from analytics.personal import KINDS, PREFIXES, _candidates, _classes, _prefixes, _tells, personal_spans
from analytics.signal import Texts, signal_families
from analytics.transformation import edited
from indexes.texts import buffers

SECRET = "aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zA1bC2"
BODY = "\n".join(f"{SECRET}+/{SECRET[:26]}" for _ in range(3))


def as_texts(values):
    return Texts(*buffers(pa.array([value.encode() for value in values], pa.large_binary())))


def found(text):
    """Kind and text of each span."""
    texts = as_texts([text])
    spans = personal_spans(texts)
    data, names = texts.data.tobytes(), list(KINDS)
    return [
        (names[kind], data[start:end].decode())
        for start, end, kind in zip(spans.starts, spans.ends, spans.kinds, strict=True)
    ]


CASES = {
    "emails": {
        "Write to first.last+tag@mail.example.co.uk.": ["first.last+tag@mail.example.co.uk"],
        "ANNA@EXAMPLE.ORG and müller@exämple.de": ["ANNA@EXAMPLE.ORG", "müller@exämple.de"],
        "联系abc@example.com谢谢": ["abc@example.com"],
        "a@xn--bcher-kva.xn--p1ai, (b@c.io)": ["a@xn--bcher-kva.xn--p1ai", "b@c.io"],
        "user@host, @handle, a@b.c, a..b@c.123, logo@2x.png, me@10.1": [],
        f"{'a' * 64}@b.org {'a' * 65}@b.org": [f"{'a' * 64}@b.org"],
    },
    "phones": {
        "(415) 555-2671, 415.555.2671, 1-415-555-2671": ["(415) 555-2671", "415.555.2671", "1-415-555-2671"],
        "+49 (0)30 1234567 and +442079460958": ["+49 (0)30 1234567", "+442079460958"],
        # the area and the exchange begin with 2 to 9; ten digits in a row are any number
        "115-555-2671, 415-155-2671, 4155552671, 415-555-26711": [],
        "312 455 2671 415 555 2671": [],  # a row of a table
        "x = +1.234567890, 3+4512345678, +12345678, +1234567890123456": [],
    },
    "ipv4": {
        "8.8.8.8, (1.1.1.1) 9.9.9.9-9.9.9.10": ["8.8.8.8", "1.1.1.1", "9.9.9.9", "9.9.9.10"],
        "10.0.0.1 127.0.0.1 192.168.1.1 203.0.113.9 256.1.1.1 08.8.8.8": [],
        "v1.2.3.4, section 1.2.3.4.5, 8.8.8.8x": [],
    },
    "ipv6": {
        "2001:4860:4860::8888 [2606:4700:4700:0:0:0:0:1111]": [
            "2001:4860:4860::8888",
            "2606:4700:4700:0:0:0:0:1111",
        ],
        "2001:db8::1 fe80::1 ::1 2024:05:12 dead::beef std::abs 2001:4860::x": [],
    },
    "cards": {
        "5500-0000-0000-0004, 378282246310005; 3782 822463 10005": [
            "5500-0000-0000-0004",
            "378282246310005",
            "3782 822463 10005",
        ],
        # the check digit is wrong; no network has 7 or 1; a fraction; a piece of more
        "4111111111111112 7992739871300003 1234567812345670 0.4111111111111111 x4111111111111111": [],
    },
    "ibans": {
        "DE89 3704 0044 0532 0130 00 or GB82WEST12345698765432": [
            "DE89 3704 0044 0532 0130 00",
            "GB82WEST12345698765432",
        ],
        "DE89 3704 0044 0532 0130 01, GB83WEST12345698765432, xDE89370400440532013000": [],
    },
    "ssns": {
        "078-05-1120": ["078-05-1120"],
        "000-12-3456 666-12-3456 900-12-3456 123-00-4567 123-45-0000 123-45-67890": [],
    },
    "url_credentials": {
        "https://user:s%40cret@host.example:8080/path": ["user:s%40cret@host.example"],
        "redis://:pw@localhost.": [":pw@localhost"],
        "https://user@host.example http://host.example:80/a@b https://u:@h": [],
    },
    "keys": {
        "id AKIAIOSFODNN7EXAMPLE.": ["AKIAIOSFODNN7EXAMPLE"],  # of the maker's own documentation
        f"ghp_{SECRET} sk_live_{SECRET}": [f"ghp_{SECRET}", f"sk_live_{SECRET}"],
        f"ghp_{'x' * 36} ghp_short AKIAIOSFODNN7EXAMPLES xghp_{SECRET} sk-{'a' * 40}": [],
    },
    "jwts": {
        "Bearer eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.c2ln": ["eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9.c2ln"],
        "eyJ0eXAiOiJKV1QifQ.eyJzdWIiOjF9.c2ln eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOjF9": [],  # no alg; no third part
    },
    "private_keys": {
        "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----.": [
            "-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----"
        ],
        "-----BEGIN RSA PRIVATE KEY----- and -----BEGIN EC PRIVATE KEY-----": [
            "-----BEGIN RSA PRIVATE KEY-----",
            "-----BEGIN EC PRIVATE KEY-----",
        ],
        "-----BEGIN PUBLIC KEY-----MII-----END PUBLIC KEY-----": [],
        # without its END: headers and base64 belong to it, what follows does not
        f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES,0A\n\n{BODY}\nthen": [
            f"-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: DES,0A\n\n{BODY}"
        ],
        f"-----BEGIN PRIVATE KEY-----\r\n  {BODY}\r\n  Ag==\r\nThis is the key.": [
            f"-----BEGIN PRIVATE KEY-----\r\n  {BODY}\r\n  Ag=="
        ],
        f"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n{BODY}\nAg==\n=aB3/\n\nBye": [
            f"-----BEGIN PGP PRIVATE KEY BLOCK-----\nVersion: 1\n\n{BODY}\nAg==\n=aB3/"
        ],
        f'key = "-----BEGIN PRIVATE KEY-----\\n{BODY}\\nAg=="': [
            f"-----BEGIN PRIVATE KEY-----\\n{BODY}\\nAg=="
        ],
        f"-----BEGIN PRIVATE KEY----- {BODY[:64]} {BODY[:64]} and prose": [
            f"-----BEGIN PRIVATE KEY----- {BODY[:64]} {BODY[:64]}"
        ],
        f"-----BEGIN PRIVATE KEY-----\n{BODY}\n-----BEGIN PRIVATE KEY-----\n{BODY}\n": [
            f"-----BEGIN PRIVATE KEY-----\n{BODY}"
        ]
        * 2,
        "-----BEGIN PRIVATE KEY-----\nNote: this line stands before it.\nwords that say so": [
            "-----BEGIN PRIVATE KEY-----"
        ],
    },
}


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_found_by_its_form_and_its_check(kind):
    for text, expected in CASES[kind].items():
        assert [piece for name, piece in found(text) if name == kind] == expected, text


def test_of_two_that_overlap_the_stronger_kind_stands():
    assert found("https://anna:pw@example.org") == [("url_credentials", "anna:pw@example.org")]
    assert found("415-555-2671@example.org") == [("emails", "415-555-2671@example.org")]
    assert found("-----BEGIN PRIVATE KEY-----a@b.co-----END PRIVATE KEY-----")[0][0] == "private_keys"


def test_the_counts_of_the_kinds_add_up():
    texts = as_texts([" ".join(text for cases in CASES.values() for text in cases), "", "nobody"])
    spans = personal_spans(texts)
    assert sum(spans.counts(kind) for kind in KINDS).tolist() == spans.totals().tolist()
    assert spans.totals().tolist()[1:] == [0, 0]


def test_a_mask_names_the_kind_and_leaves_the_rest():
    texts = as_texts(["Mail é@b.org, call +442079460958.", "", "Nobody here."])
    masked = edited("mask_personal_data")(texts)
    assert masked.data.tobytes().decode() == "Mail <EMAIL>, call <PHONE>.Nobody here."
    assert masked.offsets.tolist() == [0, 27, 27, 39]


def test_no_line_of_a_private_key_without_its_end_stays():
    masked = edited("mask_personal_data")(as_texts([f"My key:\n-----BEGIN PRIVATE KEY-----\n{BODY}\nLost."]))
    assert masked.data.tobytes().decode() == "My key:\n<PRIVATE_KEY>\nLost."


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece",
    [
        "@",
        "1",
        "a@b.co ",
        "a@",
        "8.8.8.8,",
        "-eyJ",
        "eyJ.",
        "-sk-",
        "://",
        "-----BEGIN ",
        "2222:: ",
        "+1",
        "4 ",
    ],
)
def test_time_grows_with_the_length_of_a_text_and_no_faster(piece):
    families = [signal_families()[name] for name in ("personal", "personal_peers")]
    texts = as_texts([piece * (3_000_000 // len(piece))])
    for family in families:  # were any quadratic, this would take hours
        assert all(signal.measure(texts).shape == (1,) for signal in family.signals)


def test_dolmas_and_datatroves_counts_are_theirs_on_real_documents(assay_data):
    import pyarrow.parquet as pq

    by_id = {}
    for path in sorted((assay_data / "corpus").glob("*.parquet")):
        shard = pq.read_table(path, columns=["id", "text"])
        by_id.update(zip(shard["id"].to_pylist(), shard["text"].to_pylist(), strict=True))
    dolma, datatrove = (signal.measure for signal in signal_families()["personal_peers"].signals)
    peers = pq.read_table(assay_data / "oracles" / "peers_values.parquet")
    counts = dolma(as_texts([by_id[id] for id in peers["id"].to_pylist()]))
    np.testing.assert_array_equal(counts, peers["dolma.pii_doc_count"].to_numpy())
    assert counts.sum() > 2_000
    filters = pq.read_table(assay_data / "oracles" / "datatrove_filters.parquet")
    changed = datatrove(as_texts([by_id[id] for id in filters["id"].to_pylist()])) > 0
    np.testing.assert_array_equal(changed, filters["pii_changed"].to_numpy())
    assert changed.sum() > 200


def test_every_prefix_is_seen_wherever_it_stands():
    """The pass looks back from a rarer byte: from each prefix's own, at the very start and further on."""
    texts = as_texts(
        [b"".join((before, prefix, b"zz")).decode() for prefix in PREFIXES for before in (b"", b"a b ")]
    )
    documents, starts, *_ = _candidates(
        texts.data, texts.offsets, texts.valid, _classes(), *_prefixes(), *_tells()
    )
    assert documents.tolist() == list(range(len(texts)))
    assert (starts - texts.offsets[documents]).tolist() == [0, 4] * len(PREFIXES)
