import math

from plain.characters import is_special

LIST = ("flagged", "two words", "ärger")


def plain_words(text):
    words = []
    for word in text.split():
        while word and is_special(word[0]):
            word = word[1:]
        while word and is_special(word[-1]):
            word = word[:-1]
        if word:
            words.append("".join(character.lower()[0] for character in word))
    return words


def places(text):
    """First and last word of each occurrence of an entry."""
    words = plain_words(text)
    for entry in {tuple(plain_words(entry)) for entry in LIST}:
        for i in range(len(words)):
            if tuple(words[i : i + len(entry)]) == entry:
                yield range(i, i + len(entry))


def covered_share(text):
    words = plain_words(text)
    covered = {i for found in places(text) for i in found}
    return len(covered) / len(words) if words else math.nan


PLAIN = {"flagged_word_ratio": covered_share, "ldnoobw_count": lambda text: len(list(places(text)))}
MARKS = [" flagged ", " Two", " words, ", "(ÄRGER)", " two words ", "1", "-", " x2y "]
