import math
import unicodedata
from functools import cache

import pycld2
import regex

from analytics.scripts import scripts


@cache
def told(text):
    def refused(letter):
        point = ord(letter)
        control = unicodedata.category(letter) == "Cc" and letter not in "\t\n\r\f"
        return control or point & 0xFFFE == 0xFFFE or 0xFDD0 <= point <= 0xFDEF

    cleaned = "".join(" " if refused(letter) else letter for letter in text[:1000])
    reliable, _, found = pycld2.detect(cleaned, isPlainText=True)
    code, percent = found[0][1], found[0][2]
    if code == "un" or code[:2] in ("xx", "zz"):
        return None, math.nan
    code = {"iw": "he", "jw": "jv", "zh-Hant": "zh", "sr-ME": "sr"}.get(code, code)
    return code, percent / (100 if reliable else 200)


def script(text):
    letters = "".join(filter(str.isalpha, text))
    counts = {}
    for name in scripts()[1][1:]:
        if count := len(regex.findall(rf"\p{{Script={name}}}", letters)):
            counts[name] = count
    return max(counts, key=counts.get, default=None)


PLAIN = {
    "language_detected": lambda text: told(text)[0],
    "language_confidence": lambda text: told(text)[1],
    "script": script,
}

MARKS = [
    "Der schnelle braune Fuchs springt über den faulen Hund. ",
    "The quick brown fox jumps over the lazy dog. ",
    "我们今天去公园玩，天气很好。",
    "我們今天去公園玩，天氣很好。",
    "これは日本語の文章です。",
    "Αυτό είναι ένα ελληνικό κείμενο. ",
    "Это русский текст о погоде. ",
    "זהו טקסט בעברית. ",
    *("\x01", "\x7f", "\ufffe", "\U0001ffff", "\ufdd0", "々", "µ", "ß", "ᐁ", "𓀀", "ー", "ª"),
]
