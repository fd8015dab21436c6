import math

from edits.refinedweb_lines import MARKS, edit  # noqa: F401 - MARKS are looked for here


def removed(text):
    before = len(text.split())
    return (before - len(edit(text).split())) / before if before else math.nan


PLAIN = {"words_removed_ratio__refinedweb_lines": removed}
