"""Marks of program text and markup: brackets, long lines, comments, headers, what a browser would show."""

import numpy as np
from numpy.typing import NDArray

from analytics.census import census
from analytics.code_points import SPACE, classes, code_point, reads
from analytics.kernel import kernel
from analytics.outside import versions
from analytics.signal import Family, Signal, Texts, ratio
from analytics.spans import lines

THE_STACK = "bigcode-project/bigcode-dataset, filters of The Stack and StarCoder"
LONG_LINE = 100
"""Characters that a long line has more than: The Stack's limit for the mean."""

HEADER_WITHIN = 100
"""Characters of the beginning in which the header of XML is looked for, as The Stack does."""

COUNTS = ("hidden", "html", "xml")


def bracket_ratio(texts: Texts) -> NDArray[np.float64]:
    """``( ) [ ] { } < >`` over characters, shape (n_docs,)."""
    counts = texts.once(census)
    return ratio(counts["brackets"], counts["characters"])


def long_line_frac(texts: Texts) -> NDArray[np.float64]:
    """Lines of more than ``LONG_LINE`` characters over lines, shape (n_docs,). NaN where there is no line."""
    found = texts.once(lines)
    return ratio(found.sums((found.characters > LONG_LINE).astype(np.int64)), found.counts())


def comment_ratio(texts: Texts) -> NDArray[np.float64]:
    """Characters of the lines that are comments over those of all lines, shape (n_docs,).

    A line is a comment when it begins, after white space, with ``//``, ``%``, ``;``, ``--`` and white space,
    or ``#`` and no letter or digit, or lies in a block that a line began with ``/*`` or ``<!--``, up to the
    line of the next ``*/`` or ``-->``.
    """
    found = texts.once(lines)
    comments = _comments(texts.data, found.starts, found.ends, found.bounds, classes())
    return ratio(found.sums(found.characters * comments), found.sums(found.characters))


def html_text_characters(texts: Texts) -> NDArray[np.int64]:
    """Characters outside tags, comments, scripts and styles of HTML, shape (n_docs,)."""
    shown: NDArray[np.int64] = texts.once(census)["characters"] - texts.once(markup)[COUNTS.index("hidden")]
    return shown


def html_text_ratio(texts: Texts) -> NDArray[np.float64]:
    """The same over all characters, shape (n_docs,). NaN where there is no character."""
    return ratio(html_text_characters(texts), texts.once(census)["characters"])


def html_mark(texts: Texts) -> NDArray[np.int64]:
    """1 where the text says that it is HTML, else 0, shape (n_docs,)."""
    mark: NDArray[np.int64] = texts.once(markup)[COUNTS.index("html")]
    return mark


def xml_header(texts: Texts) -> NDArray[np.int64]:
    """1 where the text begins with the header of XML, else 0, shape (n_docs,)."""
    mark: NDArray[np.int64] = texts.once(markup)[COUNTS.index("xml")]
    return mark


def markup(texts: Texts) -> NDArray[np.int64]:
    """``COUNTS`` of each document, shape (3, n_docs)."""
    return _markup(texts.data, texts.offsets, texts.valid).reshape(len(COUNTS), -1)


@kernel
def _comments(
    data: NDArray[np.uint8],
    starts: NDArray[np.int64],
    ends: NDArray[np.int64],
    bounds: NDArray[np.int64],
    classes: NDArray[np.uint8],
) -> NDArray[np.int64]:
    """1 for each line that is a comment, else 0."""
    comments = np.zeros(starts.size, np.int64)
    for i in range(bounds.size - 1):
        inside = 0  # 1 in a block that */ ends, 2 in one that --> ends
        for line in range(bounds[i], bounds[i + 1]):
            place, end = starts[line], ends[line]
            if not inside:
                while place < end:
                    point, size = code_point(data, place)
                    if not classes[point] & SPACE:
                        break
                    place += size
                first: int = data[place] if place < end else 0
                second: int = data[place + 1] if place + 1 < end else 0
                if first == 0x2F and second == 0x2A:
                    inside = 1
                    place += 2
                elif reads(data, place, end, COMMENT, 4):
                    inside = 2
                    place += 4
                elif first == 0x23:
                    comments[line] = place + 1 == end or not _is_alnum(second)
                elif first == 0x2D and second == 0x2D:
                    comments[line] = place + 2 == end or data[place + 2] == 0x20 or data[place + 2] == 0x09
                else:
                    comments[line] = first == 0x25 or first == 0x3B or (first == 0x2F and second == 0x2F)
            if inside:
                comments[line] = 1
                ending, length = (BLOCK_END, 2) if inside == 1 else (COMMENT_END, 3)
                if _after(data, place, end, ending, length):
                    inside = 0
    return comments


@kernel
def _is_alnum(byte: int) -> bool:
    return 0x30 <= byte <= 0x39 or 0x61 <= byte | 0x20 <= 0x7A


@kernel
def _markup(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_]
) -> NDArray[np.int64]:
    n_docs = offsets.size - 1
    counts = np.zeros(3 * n_docs, np.int64)
    for i in range(n_docs):
        begin, end = offsets[i], offsets[i + 1]
        if not valid[i]:
            continue
        free = begin  # where markup may begin next
        comments = scripts = styles = True  # whether one may still end
        for at in range(np.uint64(begin), np.uint64(end)):
            if data[at] != 0x3C:
                continue
            place = int(at)
            after: int = data[place + 1] if place + 1 < end else 0
            beyond: int = data[place + 5] if place + 5 < end else 0
            if reads(data, place + 1, end, HTML, 4) and not _is_alnum(beyond):
                counts[n_docs + i] = 1
            elif after == 0x21 and reads(data, place + 2, end, DOCTYPE, 8):
                counts[n_docs + i] |= reads(data, place + 10, end, HTML, 4)
            elif after == 0x3F and place - begin <= 4 * HEADER_WITHIN and reads(data, place, end, XML, 8):
                before = 0
                for one in range(begin, place):
                    before += (data[one] & 0xC0) != 0x80
                if before + 14 <= HEADER_WITHIN and reads(data, place + 8, end, XML_REST, 6):
                    counts[2 * n_docs + i] = 1
            if place < free:
                continue
            close = 0
            if comments and reads(data, place, end, COMMENT, 4):
                close = _after(data, place + 4, end, COMMENT_END, 3)
                comments = close > 0
            script, style = reads(data, place + 1, end, SCRIPT, 6), reads(data, place + 1, end, STYLE, 5)
            if not close and (
                after == 0x2F or after == 0x21 or after == 0x3F or 0x61 <= after | 0x20 <= 0x7A
            ):
                close = _tag_end(data, place + 1, end)
                named: int = data[place + (7 if script else 6)] if close and (script or style) else 0x61
                if not _is_alnum(named) and (scripts if script else styles):
                    name, length = (SCRIPT_END, 8) if script else (STYLE_END, 7)
                    last = _after(data, close, end, name, length)
                    while last and (last == end or data[last] != 0x3E):
                        last = _after(data, last, end, name, length)
                    if last:
                        close = last + 1
                    elif script:
                        scripts = False
                    else:
                        styles = False
            for one in range(place, close):
                counts[i] += (data[one] & 0xC0) != 0x80
            free = max(free, close)
    return counts


@kernel
def _after(data: NDArray[np.uint8], place: int, end: int, packed: int, length: int) -> int:
    """One after the end of the next occurrence of some packed text, in any case; 0 where there is none."""
    while place < end:
        if reads(data, place, end, packed, length):
            return place + length
        place += 1
    return 0


@kernel
def _tag_end(data: NDArray[np.uint8], place: int, end: int) -> int:
    """One after the next ``>``; 0 where ``<`` or the end comes before."""
    while place < end and data[place] != 0x3C:
        place += 1
        if data[place - 1] == 0x3E:
            return place
    return 0


COMMENT, COMMENT_END, BLOCK_END, SCRIPT, SCRIPT_END, STYLE, STYLE_END, HTML, DOCTYPE, XML, XML_REST = (
    int.from_bytes(letters, "little")
    for letters in (
        b"<!--",
        b"-->",
        b"*/",
        b"script",
        b"</script",
        b"style",
        b"</style",
        b"html",
        b"doctype ",
        b"<?xml ve",
        b"rsion=",
    )
)

FAMILY = Family(
    "code",
    version=1,
    signals=(
        Signal(
            "bracket_ratio",
            "ratio",
            0,
            1,
            "ours; no paper",
            bracket_ratio,
            definition="share of the characters: ( ) [ ] { } < >",
        ),
        Signal(
            "long_line_frac",
            "ratio",
            0,
            1,
            f"ours; the length is the limit for the mean line of {THE_STACK}",
            long_line_frac,
            definition=f"share of the lines that have more than {LONG_LINE} characters",
        ),
        Signal(
            "comment_ratio",
            "ratio",
            0,
            1,
            f"ours; {THE_STACK} parse each language by its own rules",
            comment_ratio,
            definition="share of the lines' characters in lines that are comments: begun by //, %, ;, -- and "
            "white space, # and no letter or digit, or in a block /* */ or <!-- -->",
        ),
        Signal(
            "html_text_characters",
            "characters",
            0,
            None,
            f"{THE_STACK}, which read HTML with a parser",
            html_text_characters,
            type="integer",
            definition="characters outside HTML's tags, comments, scripts and styles",
        ),
        Signal(
            "html_text_ratio",
            "ratio",
            0,
            1,
            f"{THE_STACK}, which read HTML with a parser",
            html_text_ratio,
            definition="share of the characters that stand outside HTML's tags, comments, scripts and styles",
        ),
        Signal(
            "html_mark",
            "mark",
            0,
            1,
            "ours; no paper",
            html_mark,
            type="integer",
            definition="1 where <html or <!doctype html stands in the text, in upper or lower case, else 0",
        ),
        Signal(
            "xml_header",
            "mark",
            0,
            1,
            THE_STACK,
            xml_header,
            type="integer",
            definition=f"1 where <?xml version= stands in the first {HEADER_WITHIN} characters, else 0",
        ),
    ),
    params={
        "long_line": LONG_LINE,
        "header_within": HEADER_WITHIN,
        **versions("unicode"),
    },
)
