from twins import share

EIGHT = {"the", "be", "to", "of", "and", "that", "have", "with"}


def symbols(text):
    return text.count("#") + text.count("...") + text.count("…")


PLAIN = {
    "words": lambda text: len(text.split()),
    "mean_word_length": lambda text: share(text.split(), len),
    "frac_words_alpha": lambda text: share(text.split(), lambda word: any(map(str.isalpha, word))),
    "symbol_word_ratio": lambda text: share(text.split(), symbols),
    "stop_word_count": lambda text: sum(word.lower() in EIGHT for word in text.split()),
}
