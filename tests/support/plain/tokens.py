from bpe_openai._bindings import tokenizer_for_encoding

PLAIN = {"tokens": lambda text: len(tokenizer_for_encoding("cl100k_base").encode(text))}
