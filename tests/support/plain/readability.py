import math
import re
from unicodedata import name, normalize

from plain.length import SENTENCE

VOWEL, NOT = "[aeiouy]", "[^aeiouy]"
APART = "|".join(
    [
        "(?<![tcsgx])i(?=[aou])",
        "(?<=[tcsgx])i(?=at)",
        "(?<![tc])i(?=en[ct]|et)",
        "(?<![pg])e(?=o)",
        "u(?=[ao])",
        "y(?=[aeiou])",
        f"{VOWEL}(?=ing$)",
    ]
)
SILENT = f"{NOT}e[sd]?$"
HEARD = f"{NOT}le$|[cs]hes$|[sxzcg]es$|{NOT}les$|[td]ed$|[^aeiouylr]led$"


def plain_letter(character):
    """a to z for a letter of the Latin script, else the character."""
    said = name(character, "")
    if not said.startswith("LATIN ") or not character.isalpha() or ord(character) >= 0x1F00:
        return " " if character.isalpha() else character
    if 0x250 <= ord(character) < 0x1E00:
        return " "
    base = normalize("NFD", character)[0].lower()
    if re.fullmatch("[a-z]", base):
        return "a" if base == "e" and not character.isascii() else base
    letter = re.fullmatch("LATIN (?:SMALL|CAPITAL) LETTER ([A-Z])[A-Z]?(?: WITH .*)?", said)
    return letter[1].lower().replace("e", "a") if letter else "b"


def of_letters(piece):
    piece = re.sub("(?<=q)u|(?<=g)u(?=[aei])", "w", piece)
    piece = re.sub("(?:^|(?<=[aeiou]))y(?=[aeiou])", "j", piece)
    count = len(re.findall(f"{VOWEL}+", piece)) + len(re.findall(APART, piece))
    count -= bool(count > 1 and re.search(SILENT, piece) and not re.search(HEARD, piece))
    count -= bool(count > 1 and re.search("[^aeiouyl]e(?:ment|ly|ful|less|ness)s?$", piece))
    count -= count > 2 and piece.endswith("cally")
    return count + piece.endswith(("sm", "thm"))


def syllables(word):
    plain = "".join(map(plain_letter, word))
    count = len(re.findall("(?<=[a-z])(?<![aeiouy])n['’]t(?![a-z])", plain))
    for piece in re.finditer("[a-z]+", plain):
        after_apostrophe = plain[: piece.start()].endswith(("'", "’"))
        count += 0 if after_apostrophe and len(piece[0]) <= 2 else of_letters(piece[0])
    return max(1, count)


def words(text):
    return [word for word in text.split() if re.search(r"\w", word)]


def sentences(text):
    return max(1, sum(len(words(sentence)) >= 3 for sentence in re.findall(SENTENCE, text)))


def size(word):
    return len(re.findall(r"\w", word))


def hard(some):
    return sum(syllables(word) >= 3 for word in some)


def defined(formula):
    return lambda text: formula(text, len(words(text)), sentences(text)) if words(text) else math.nan


def per_word(text, answer):
    return sum(map(answer, words(text))) / len(words(text))


def mean_syllables(text):
    return per_word(text, syllables)


def linsear(text, n_words, n_sentences):
    first = words(text)[:100]
    ends = [match.end() for match in re.finditer(r"\S+", text) if re.search(r"\w", match[0])]
    beginning = text[: ends[len(first) - 1]]  # up to the hundredth word
    points = (len(first) + 2 * hard(first)) / sentences(beginning)
    return (points if points > 20 else points - 2) / 2


def smog(text, n_words, n_sentences):
    return 1.0430 * math.sqrt(30 * hard(words(text)) / n_sentences) + 3.1291 if n_sentences >= 3 else math.nan


PLAIN = {
    "mcalpine_eflaw": defined(
        lambda text, n, s: (n + sum(size(word) <= 3 for word in words(text))) / s,
    ),
    "flesch_reading_ease": defined(lambda text, n, s: 206.835 - 1.015 * n / s - 84.6 * mean_syllables(text)),
    "flesch_kincaid_grade": defined(lambda text, n, s: 0.39 * n / s + 11.8 * mean_syllables(text) - 15.59),
    "gunning_fog": defined(lambda text, n, s: 0.4 * (n / s + 100 * hard(words(text)) / n)),
    "smog_index": defined(smog),
    "coleman_liau_index": defined(
        lambda text, n, s: 0.0588 * 100 * sum(map(str.isalpha, text)) / n - 0.296 * 100 * s / n - 15.8
    ),
    "automated_readability_index": defined(
        lambda text, n, s: 4.71 * sum(map(str.isalnum, text)) / n + 0.5 * n / s - 21.43
    ),
    "linsear_write": defined(linsear),
}
MARKS = [
    " ",
    ". ",
    "! ",
    "?",
    "_",
    "'",
    "’",
    " didn't ",
    " tables",
    "queen ",
    "beyond ",
    "made ",
    "statement",
    "é",
    "þ",
    "Æ",
    " a b c. ",
    "ế",
    "ə",
    "typically ",
    "going ",
    "algorithm ",
]
