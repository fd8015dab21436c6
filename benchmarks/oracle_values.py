"""Which of our columns has the same definition as which value of a peer."""

from benchmarks.oracles import Value

NGRAMS = range(5, 11)

VALUES: tuple[Value, ...] = (
    # datatrove 0.10.1, its filters' quantities and its statistics
    Value("words__spacy", "n_words"),
    Value("words__datatrove", "n_nonsymbol_words"),
    Value("mean_word_length__datatrove", "mean_nonsymbol_word_len"),
    Value("symbol_word_ratio__datatrove_hash", "hash_per_word"),
    Value("symbol_word_ratio__datatrove_ellipsis", "ellipsis_per_word"),
    Value("lines", "n_splitlines"),
    Value("bullet_line_frac__datatrove", "bullet_line_frac"),
    Value("ellipsis_line_frac__datatrove", "ellipsis_line_frac"),
    Value("frac_words_alpha__datatrove", "alpha_word_frac"),
    Value("stop_word_count__datatrove", "distinct_stop_words"),
    *(
        Value(f"{name}__datatrove", name)
        for name in ("dup_para_frac", "dup_para_char_frac", "dup_line_frac", "dup_line_char_frac")
    ),
    *(Value(f"top_{n}_gram_char_frac__datatrove", f"top_{n}_gram_char_frac") for n in (2, 3, 4)),
    *(Value(f"dup_{n}_gram_char_frac__datatrove", f"dup_{n}_gram_char_frac") for n in NGRAMS),
    Value("line_end_punct_frac", "fw_line_punct_ratio"),
    Value("short_line_frac", "fw_short_line_ratio"),
    Value("dup_line_char_frac__fineweb", "fw_char_dup_ratio"),
    Value("newline_word_ratio", "fw_list_ratio"),
    Value("characters", "doc.length"),
    Value("white_space_ratio", "doc.white_space_ratio"),
    Value("non_alpha_digit_ratio", "doc.non_alpha_digit_ratio"),
    Value("digit_ratio", "doc.digit_ratio"),
    Value("uppercase_ratio", "doc.uppercase_ratio"),
    Value("punctuation_ratio", "doc.punctuation_ratio"),
    # Dolma 1.2.1
    Value("words", "dolma.word_count"),
    Value("characters", "dolma.character_count"),
    Value("frac_words_alpha", "dolma.fraction_of_words_with_alpha_character"),
    # NeMo Curator
    Value("mean_word_length", "nemo.mean_len"),
)
