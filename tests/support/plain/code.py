import re

from twins import share

MARKUP = re.compile(
    r"<!--.*?-->|<(script|style)(?![a-z0-9])[^<>]*>.*?</\1>|<[a-z/!?][^<>]*>",
    re.DOTALL | re.IGNORECASE | re.ASCII,
)
HTML = re.compile(r"<html(?![a-z0-9])|<!doctype html", re.IGNORECASE | re.ASCII)
XML = re.compile(r"<\?xml version=", re.IGNORECASE | re.ASCII)
COMMENT = re.compile(r"//|%|;|--(?=[ \t]|$)|#(?![A-Za-z0-9])")
BLOCKS = {"/*": "*/", "<!--": "-->"}


def are_comments(lines):
    closing = None
    for line in lines:
        line = line if closing else line.lstrip()
        opened = next((mark for mark in BLOCKS if line.startswith(mark)), "") if not closing else ""
        if opened:
            closing, line = BLOCKS[opened], line[len(opened) :]
        yield bool(closing) or bool(COMMENT.match(line))
        closing = None if closing and closing in line else closing


def comments(text):
    lines = text.splitlines()
    total = sum(map(len, lines))
    found = sum(len(line) for line, is_one in zip(lines, are_comments(lines), strict=True) if is_one)
    return found / total if total else float("nan")


def shown(text):
    return len(MARKUP.sub("", text))


PLAIN = {
    "bracket_ratio": lambda text: share(text, "()[]{}<>".__contains__),
    "long_line_frac": lambda text: share(text.splitlines(), lambda line: len(line) > 100),
    "comment_ratio": comments,
    "html_text_characters": shown,
    "html_text_ratio": lambda text: shown(text) / len(text) if text else float("nan"),
    "html_mark": lambda text: bool(HTML.search(text)),
    "xml_header": lambda text: bool(XML.search(text[:100])),
}
MARKS = [
    "<", ">", "<html>", "<HTML", "<!DOCTYPE html", "<!--", "-->", "->", "<script>", "</script>", "<Style x>",
    "</style>", "<scripts>", "</script", "<p>", "</p>", "<?xml version=", "\n", "\n//", "\n#", "\n# ",
    "\n-- ", "\n--", "\n/*", "*/", "\n<!--", "%", ";", "é" * 60, "a" * 86, "x" * 101,
]  # fmt: skip
