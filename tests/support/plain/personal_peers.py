import re

from plain.personal import is_public

OCTET = "(?:25[0-5]|2[0-4][0-9]|[01]?[0-9][0-9]?)"
IP = re.compile(rf"(?:{OCTET}\.){{3}}{OCTET}")

BLANK_EMAIL = re.compile(r"[.\s@,?!;:)(]*([^\s@]+@[^\s@,?!;:)(]+?)[.\s@,?!;:)(]?\s")
PHONE = re.compile(r"\s\(?[0-9]{3}\)?[-. ]*[0-9]{3}[-. ]?[0-9]{4}")

LOCAL, LABEL = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+", "[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
EMAIL = re.compile(
    rf"\b{LOCAL}(?:\.{LOCAL})*@(?:(?:{LABEL}\.)+{LABEL}|\[(?:{OCTET}\.){{3}}(?:{OCTET}|[A-Za-z0-9-]*[A-Za-z0-9]:)\])"
)


def dolma(text):
    count = 0
    for line in re.findall(r"[^\n]*\n|[^\n]+\Z", text) if text.count("?") <= 10_000 else []:
        for found in BLANK_EMAIL.finditer(line) if "@" in line else ():
            addressee, domain = found[1].split("@")
            count += addressee != "(" and "." in domain
        count += len(PHONE.findall(line)) if re.search("[0-9]", line) else 0
        count += len(IP.findall(line))
    return count


def datatrove(text):
    rest, emails = EMAIL.subn("mail", text) if "@" in text else (text, 0)
    return emails + sum(is_public(found.encode()) for found in IP.findall(rest))


PLAIN = {"pii_spans__dolma": dolma, "pii_spans__datatrove": datatrove}

MARKS = [
    *(
        "@",
        "a@b.co",
        " a@b.co ",
        "(@b.co ",
        ",@. ",
        "x@y",
        "A@b.co",
        "a-b.c@d-e.f-",
        ".",
        "-",
        "!",
        "_",
        "[",
        "]",
    ),
    *(
        "a@[1.2.3.4]",
        "a@[1.2.3.x:]",
        "[1.2.3.",
        "8.8.8.8",
        "1.2.3.4.5",
        "256.1.1.299",
        "10.0.0.1",
        "08.8.8.8",
    ),
    *(" (415) 555-2671", " 4155552671", " 415", "555", "2671", "-", "(", ")", "12", "25", "\n", "5."),
]
