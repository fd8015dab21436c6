from unicodedata import category

from plain.repetition import repeated_instances

MARKS = ["A", "a ", "(a) ", "a b ", "A, B ", "3", "İ", "i\u0307", "Σ", "a b a b a b a b a b ", "don't"]


def special(character):
    return character.isspace() or category(character)[0] in "PS" or character in "0123456789"


def refined(word):
    """Lower case letter by letter: a capital sigma at the end of a word is no final one."""
    kept = [i for i, character in enumerate(word) if not special(character)]
    return "".join(character.lower() for character in word[kept[0] : kept[-1] + 1]) if kept else ""


def words_of(text):
    return [word for word in map(refined, text.split()) if word]


PLAIN = {
    "word_repetition_ratio__bigscience": lambda text: repeated_instances(words_of(text), 5),
    "word_repetition_ratio__data_juicer": lambda text: repeated_instances(words_of(text), 10),
}
