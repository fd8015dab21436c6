import math
from collections import Counter

MARKS = ["0123456789", "0123456789" * 3, "中文字符", " " * 10, "ab" * 8]


def char_repetition_ratio(text):
    counts = sorted(Counter(text[i : i + 10] for i in range(len(text) - 9)).values(), reverse=True)
    most = min(math.isqrt(len(counts)), sum(count > 1 for count in counts))
    return sum(counts[:most]) / sum(counts) if counts else math.nan


PLAIN = {"char_repetition_ratio": char_repetition_ratio}
