"""Kinds of tests, what each needs, and when a skip is a failure.

``ASSAY_MUST`` (``browser,data``) names the kinds that may not be skipped: there, a missing
Chromium or missing real data fails the test that needed it. Run as a program, this prints the
closing line of ``make test`` from the file that its pytest runs added to.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import NoReturn

import pytest

KINDS = ("unit", "page", "browser", "data")
MUST = frozenset(filter(None, os.environ.get("ASSAY_MUST", "").split(",")))


def absent(kind: str, reason: str) -> NoReturn:
    """Leave the running test because something that its kind needs is not there; fail it under ASSAY_MUST."""
    if kind in MUST:
        pytest.fail(f"ASSAY_MUST={','.join(sorted(MUST))}, but {reason}", pytrace=False)
    pytest.skip(reason)


def kind_of(item: pytest.Item) -> str:
    """The one kind that a test is counted as; of several, the one that needs most."""
    for kind in ("browser", "data"):
        if item.get_closest_marker(kind):
            return kind
    return "page" if "/tests/pages/" in item.path.as_posix() else "unit"


def sentence(counts: Counter[str]) -> str:
    """The last line of ``make test``: how many tests of each kind ran, and how many did not."""
    ran = ", ".join(f"{counts[kind]} {kind}" for kind in KINDS)
    return f"tests: {ran}; {counts['failed']} failed, {counts['skipped']} skipped"


if __name__ == "__main__":
    file = Path(sys.argv[1])
    print(sentence(Counter(json.loads(file.read_text()) if file.exists() else {})))
