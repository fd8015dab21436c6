"""The language of a text, how sure that is, and the script it is written in."""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.code_points import code_point
from analytics.kernel import kernel
from analytics.outside import versions
from analytics.scripts import scripts
from analytics.signal import Family, Signal, Texts

FIRST = 1_000
"""Characters of a text that its language is told from."""

REFUSED = re.compile(
    "[\0-\x08\x0b\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]"
)
"""Control characters but white space, and noncharacters: pycld2 refuses a text that holds one (tried with
every code point), so a space stands in their place."""

CODES = {"iw": "he", "jw": "jv", "zh-Hant": "zh", "sr-ME": "sr"}
"""Codes of pycld2 that are older than ISO 639-1's, or say more than the language."""

UNRELIABLE = 0.5
"""What the share is multiplied by where pycld2 says that its answer is not reliable."""


def identify(
    texts: Sequence[str | None], model: Path | None = None
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """The language of each text and how sure that is.

    pycld2 gives ISO 639-1 codes, those of ISO 639-2 or 639-3 where there is none; its confidence here is the
    share of the text that it finds to be in the language, halved where it calls that unreliable. What it
    cannot tell, and scripts that it names instead of a language, give None and NaN. Its best effort for short
    texts is not asked for: it calls most of what cannot be told English, and that reliable.

    Args:
        texts: plain text, of which the whole is looked at; None where there is none.
        model: a fastText classifier such as lid.176 or GlotLID; pycld2 if None. Its labels are given as they
            are, without ``__label__``, its confidence is the likeliest label's probability.

    Returns:
        codes (str or None) and confidences in [0, 1], NaN where there is no code, both shape (n_texts,).
    """
    codes = np.full(len(texts), None, dtype=object)
    sure = np.full(len(texts), np.nan)
    told = _by_cld2 if model is None else _by_fasttext(model)
    for i, text in enumerate(texts):
        if text is not None:
            codes[i], sure[i] = told(text)
    return codes, sure


def _by_cld2(text: str) -> tuple[str | None, float]:
    import pycld2

    try:
        found = pycld2.detect(text, isPlainText=True)
    except pycld2.error:  # looking for what is refused takes longer than telling the language
        found = pycld2.detect(REFUSED.sub(" ", text), isPlainText=True)
    reliable, _, ((_, code, percent, _), *_) = found
    if code == "un" or code.startswith(("xx", "zz")):
        return None, np.nan
    return CODES.get(code, code), percent / 100 * (1 if reliable else UNRELIABLE)


def _by_fasttext(model: Path) -> Any:
    from analytics.fasttext_model import LABEL, load

    predict = load(model, str(model.stat().st_mtime_ns)).predict

    def told(text: str) -> tuple[str | None, float]:
        labels, probabilities = predict(" ".join(text.split()), k=1)
        if not labels:
            return None, np.nan
        return labels[0].removeprefix(LABEL), min(float(probabilities[0]), 1.0)

    return told


def detected(texts: Texts) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """``identify`` of the first characters of each text, by the user's model where there is one."""
    ends = _ends(texts.data, texts.offsets, texts.valid, FIRST)
    heads = [
        bytes(texts.data[start:end].data).decode() if valid else None
        for start, end, valid in zip(texts.offsets[:-1].tolist(), ends.tolist(), texts.valid, strict=True)
    ]
    return identify(heads, texts.models.get("language"))


@kernel
def _ends(
    data: NDArray[np.uint8], offsets: NDArray[np.int64], valid: NDArray[np.bool_], most: int
) -> NDArray[np.int64]:
    """Where the first ``most`` characters of each text end."""
    ends = offsets[:-1].copy()
    for i in range(ends.size):
        place, end, count = offsets[i], offsets[i + 1], 0
        while valid[i] and place < end:
            if data[place] & 0xC0 != 0x80:
                if count == most:
                    break
                count += 1
            place += 1
        ends[i] = place
    return ends


def language(texts: Texts) -> NDArray[np.object_]:
    """Code of the language of each document, None where it cannot be told, shape (n_docs,)."""
    return texts.once(detected)[0]


def confidence(texts: Texts) -> NDArray[np.float64]:
    """How sure that is, 0 to 1, shape (n_docs,). NaN where no language was told."""
    return texts.once(detected)[1]


def script(texts: Texts) -> NDArray[np.object_]:
    """Unicode's name of the script of most letters, None where there is no letter, shape (n_docs,)."""
    table, names = scripts()
    most = _script_of_most(texts.data, texts.offsets, texts.valid, table, len(names))
    found: NDArray[np.object_] = np.array([None, *names[1:]], dtype=object)[most]
    return found


@kernel
def _script_of_most(
    data: NDArray[np.uint8],
    offsets: NDArray[np.int64],
    valid: NDArray[np.bool_],
    table: NDArray[np.uint8],
    n_scripts: int,
) -> NDArray[np.int64]:
    """Number of the script of most letters, 0 for none; of equals the first."""
    most = np.zeros(offsets.size - 1, np.int64)
    counts = np.zeros(n_scripts, np.int64)
    for i in range(most.size):
        counts[:] = 0
        place, end = offsets[i], offsets[i + 1]
        while valid[i] and place < end:
            point, size = code_point(data, place)
            counts[table[point]] += 1
            place += size
        counts[0] = 0
        most[i] = np.argmax(counts)
    return most


FAMILY = Family(
    "language",
    version=1,
    signals=(
        Signal(
            "language_detected",
            "language code",
            None,
            None,
            "pycld2, the Compact Language Detector 2; or the user's fastText model",
            language,
            type="text",
            definition="code of the language of the first 1,000 characters: ISO 639-1, else 639-3; the label "
            "of the user's model where the workspace has one",
        ),
        Signal(
            "language_confidence",
            "ratio",
            0,
            1,
            "pycld2, the Compact Language Detector 2; or the user's fastText model",
            confidence,
            definition="share of the first 1,000 characters found to be in that language, halved where the "
            "detector calls it unreliable; the label's probability where the user's model told it",
        ),
        Signal(
            "script",
            "script",
            None,
            None,
            "Unicode Standard Annex 24, property Script",
            script,
            type="text",
            definition="Unicode's name of the script that most letters of the text belong to",
        ),
    ),
    params={
        "first_characters": FIRST,
        "library": "pycld2",
        "unreliable": UNRELIABLE,
        "codes": CODES,
        **versions("pycld2", "unicode", "regex"),
    },
    model="language",
)
