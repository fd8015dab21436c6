r"""What ``matches`` understands: RE2, whose ``\d \w \s \b`` are ASCII, and the same for Rust's ``regex``.

DuckDB speaks RE2, Polars Rust's ``regex``, whose classes are Unicode unless told otherwise (``\d`` is true of
an Arabic digit there). ``rust`` writes a pattern anew so that both engines find the same; what it cannot is
refused when the rule is made, in either engine. One difference is left: under ``(?i)`` Rust's newer tables
take U+0390 for U+1FD3, U+03B0 for U+1FE3 and U+FB05 for U+FB06 (all 2,875 cased characters were tried).
"""

import re
from functools import cache

CLASSES = {"d": "0-9", "w": "0-9A-Za-z_", "s": r"\t\n\f\r "}
"""RE2's, without the vertical tab in ``\\s`` that Rust's has."""

CONTROL = {"a": "\a", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
REPEAT = re.compile(r"\{[0-9]+(,[0-9]*)?\}")
GROUP = re.compile(r"\(\?P?<[^>]*>")
FLAGS = re.compile(r"\(\?[imsU-]*[:)]")
NAMED_CLASS = re.compile(r"\[:\^?[a-z]+:\]")
CODE = re.compile(r"x\{([0-9A-Fa-f]+)\}|x([0-9A-Fa-f]{2})|([0-7]{1,3})")

SPELLS = "SELECT regexp_matches('', ?)"


@cache
def check(pattern: str) -> None:
    """Refuse what is no pattern, and what two engines would read differently.

    Raises:
        ValueError: says what RE2 or ``rust`` has against it.
    """
    import duckdb  # both engines take a quarter of a second, which who has no pattern need not spend
    import polars as pl

    with duckdb.connect() as connection:
        try:
            connection.execute(SPELLS, [pattern])
        except duckdb.InvalidInputException as error:
            said = str(error).removeprefix("Invalid Input Error: ")
            raise ValueError(f"{pattern!r} is no RE2 pattern: {said}") from None
    try:
        pl.Series([""]).str.contains(rust(pattern))
    except pl.exceptions.ComputeError:  # such as ``a(?i)*``
        raise ValueError(f"{pattern!r} is no pattern that both engines read; write it more plainly") from None


@cache
def rust(pattern: str) -> str:
    """An RE2 pattern in the syntax of Rust's ``regex``, true of the same texts.

    Args:
        pattern: one that RE2 accepts.

    Raises:
        ValueError: it asks for a property of Unicode, whose tables differ between the engines, or for a byte.
    """
    written, at = [], 0
    while at < len(pattern):
        piece, at = _piece(pattern, at)
        written.append(piece)
    return "".join(written)


def _piece(pattern: str, at: int) -> tuple[str, int]:
    """The next piece of a pattern, written anew, and where it ends."""
    sign = pattern[at]
    if sign == "\\":
        return _escape(pattern, at + 1)
    if sign == "[":
        return _set(pattern, at + 1)
    if sign == "(":
        if group := GROUP.match(pattern, at):
            return "(?:", group.end()
        if flags := FLAGS.match(pattern, at):
            return "(?:)" if flags[0] == "(?)" else flags[0], flags.end()
    if sign == "{" and (repeat := REPEAT.match(pattern, at)):
        return repeat[0], repeat.end()
    return sign if sign in "().*+?|^$" else _literal(sign), at + 1


def _escape(pattern: str, at: int) -> tuple[str, int]:
    """What stands after a backslash outside a set."""
    sign = pattern[at]
    if sign.lower() in CLASSES:
        return f"[{'' if sign in CLASSES else '^'}{CLASSES[sign.lower()]}]", at + 1
    if sign in "bB":
        return rf"(?-u:\{sign})", at + 1
    if sign in "Az":
        return f"\\{sign}", at + 1
    if sign == "Q":
        end = pattern.find(r"\E", at)
        quoted = pattern[at + 1 :] if end < 0 else pattern[at + 1 : end]
        return "".join(map(_literal, quoted)), len(pattern) if end < 0 else end + 2
    character, at = _character(pattern, at)
    return _literal(character), at


def _set(pattern: str, at: int) -> tuple[str, int]:
    """A set of characters, from after its bracket. Inside, ``[``, ``&&``, ``--``, ``~~`` say more to Rust."""
    start = at + (pattern[at] == "^")
    written, at = ["[^" if start > at else "["], start
    while pattern[at] != "]" or at == start:
        if named := NAMED_CLASS.match(pattern, at):
            written.append(named[0])
            at = named.end()
        elif pattern[at] == "\\" and pattern[at + 1].lower() in CLASSES:
            sign, inside = pattern[at + 1], CLASSES[pattern[at + 1].lower()]
            written.append(inside if sign in CLASSES else f"[^{inside}]")
            at += 2
        else:
            low, at = _member(pattern, at)
            written.append(_literal(low))
            if pattern[at] == "-" and pattern[at + 1] != "]":
                high, at = _member(pattern, at + 1)
                written.append(f"-{_literal(high)}")
    return "".join([*written, "]"]), at + 1


def _member(pattern: str, at: int) -> tuple[str, int]:
    return _character(pattern, at + 1) if pattern[at] == "\\" else (pattern[at], at + 1)


def _character(pattern: str, at: int) -> tuple[str, int]:
    """The one character that an escape names."""
    sign = pattern[at]
    if sign in "pP":
        raise ValueError(
            rf"{pattern!r}: \{sign} depends on the version of Unicode; "
            r"write the range, such as [\x{4E00}-\x{9FFF}]"
        )
    if sign == "C":
        raise ValueError(rf"{pattern!r}: \C asks for a byte, which may be part of a character")
    if code := CODE.match(pattern, at):
        number = code[1] or code[2]
        return chr(int(number, 16) if number else int(code[3], 8)), code.end()
    return CONTROL.get(sign, sign), at + 1


def _literal(character: str) -> str:
    if character.isascii() and not character.isalnum():
        return f"\\x{{{ord(character):X}}}"
    return character
