"""Which of our columns has the same definition as which value of a peer."""

from collections.abc import Iterator, Mapping

from benchmarks.oracles import Value

LINES = {
    "bullet_line_frac": "fraction_of_lines_starting_with_bullet_point",
    "ellipsis_line_frac": "fraction_of_lines_ending_with_ellipsis",
    "dup_line_frac": "fraction_of_duplicate_lines",
    "dup_line_char_frac": "fraction_of_characters_in_duplicate_lines",
}
DATATROVE = {
    "words__spacy": "n_words",
    "words__datatrove": "n_nonsymbol_words",
    "mean_word_length__datatrove": "mean_nonsymbol_word_len",
    "symbol_word_ratio__datatrove_hash": "hash_per_word",
    "symbol_word_ratio__datatrove_ellipsis": "ellipsis_per_word",
    "lines": "n_splitlines",
    "bullet_line_frac__datatrove": "bullet_line_frac",
    "ellipsis_line_frac__datatrove": "ellipsis_line_frac",
    "frac_words_alpha__datatrove": "alpha_word_frac",
    "stop_word_count__datatrove": "distinct_stop_words",
    **{
        f"{name}__datatrove": name
        for name in (
            "dup_para_frac",
            "dup_para_char_frac",
            "dup_line_frac",
            "dup_line_char_frac",
            *(f"top_{n}_gram_char_frac" for n in (2, 3, 4)),
            *(f"dup_{n}_gram_char_frac" for n in range(5, 11)),
        )
    },
    "line_end_punct_frac": "fw_line_punct_ratio",
    "short_line_frac": "fw_short_line_ratio",
    "dup_line_char_frac__fineweb": "fw_char_dup_ratio",
    "newline_word_ratio": "fw_list_ratio",
    "characters": "doc.length",
    "white_space_ratio": "doc.white_space_ratio",
    "non_alpha_digit_ratio": "doc.non_alpha_digit_ratio",
    "digit_ratio": "doc.digit_ratio",
    "uppercase_ratio": "doc.uppercase_ratio",
    "punctuation_ratio": "doc.punctuation_ratio",
    "ellipsis_ratio": "doc.elipsis_ratio",
    "sentences__spacy": "sent.n_sentences",
    "mean_word_length__spacy": "word.avg_word_length",
    "words_per_line__datatrove": "word.avg_words_per_line",
    "short_word_ratio__datatrove": "word.short_word_ratio_3",
    "long_word_ratio__datatrove": "word.long_word_ratio_7",
    "frac_unique_words__datatrove": "word.type_token_ratio",
    "frac_all_caps_words__datatrove": "word.uppercase_word_ratio",
    "capitalized_word_ratio__datatrove": "word.capitalized_word_ratio",
    "stop_word_fraction__datatrove": "word.stop_word_ratio",
}
DOLMA = {
    "words": "word_count",
    "median_word_length__dolma": "median_word_length",
    "symbol_word_ratio__dolma": "symbol_to_word_ratio",
    "frac_words_alpha": "fraction_of_words_with_alpha_character",
    "stop_word_count__dolma": "required_word_count",
    **{f"{name}__dolma": f"v1_{theirs}" for name, theirs in LINES.items()},
    **{f"{name}__dolma2": f"v2_{theirs}" for name, theirs in LINES.items()},
    **{f"top_{n}_gram_char_frac__dolma": f"most_common_{n}gram" for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac__dolma": f"duplicate_{n}gram" for n in range(5, 11)},
    "pii_spans__dolma": "pii_doc_count",
}
NEMO = {
    "non_alnum_ratio__nemo": "non_alnum",
    "symbol_word_ratio__nemo": "symbols",
    "number_ratio__nemo": "numbers",
    "url_char_ratio__nemo": "urls",
    "white_space_ratio__nemo": "whitespace",
    "paren_ratio__nemo": "paren",
    "boilerplate_para_frac__nemo": "boilerplate",
    "words": "word_count",
    "frac_words_alpha": "alpha_words",
    "mean_word_length": "mean_len",
    "max_word_length": "long_word",
    "ellipsis_line_frac__nemo": "ellipsis",
    "bullet_line_frac__nemo": "bullets",
    **{f"top_{n}_gram_char_frac__nemo": f"top_{n}" for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac__nemo": f"dup_{n}" for n in range(5, 11)},
}
NEMO_TURNED = {
    "dup_line_frac__nemo": "rep_lines",
    "dup_para_frac__nemo": "rep_para",
    "dup_line_char_frac__nemo": "rep_lines_char",
    "dup_para_char_frac__nemo": "rep_para_char",
    "line_end_punct_frac__nemo": "punctuation",
}
DCLM = {"words__dclm": "n_words", "words_removed_ratio__dclm": "words_removed_ratio"}
REDPAJAMA = {
    "words__rpv2": "doc_word_count",
    "mean_word_length__rpv2": "doc_mean_word_length",
    "frac_unique_words__rpv2": "doc_frac_unique_words",
    "unigram_entropy__rpv2": "doc_unigram_entropy",
    "symbol_word_ratio__rpv2": "doc_symbol_to_word_ratio",
    "frac_all_caps_words__rpv2": "doc_frac_all_caps_words",
    "lorem_ipsum_ratio__rpv2": "doc_lorem_ipsum",
    "ellipsis_line_frac__rpv2": "doc_frac_lines_end_with_ellipsis",
    "line_end_punct_frac__rpv2": "lines_ending_with_terminal_punctution_mark_mean",
    "bullet_line_frac__rpv2": "lines_start_with_bulletpoint_mean",
    "sentences": "doc_num_sentences",
    "curly_bracket_ratio": "doc_curly_bracket",
    **{f"top_{n}_gram_char_frac__rpv2": f"doc_frac_chars_top_{n}gram" for n in (2, 3, 4)},
    **{f"dup_{n}_gram_char_frac__rpv2": f"doc_frac_chars_dupe_{n}grams" for n in range(5, 11)},
}
REDPAJAMA_TURNED = {"frac_words_alpha__rpv2": "doc_frac_no_alph_words"}


def _values(names: Mapping[str, str], prefix: str = "", turned: bool = False) -> Iterator[Value]:
    for column, name in names.items():
        yield Value(column, f"{prefix}{name}", turned)


VALUES: tuple[Value, ...] = (
    *_values(DATATROVE),
    *_values(DOLMA, "dolma."),
    *_values(NEMO, "nemo."),
    *_values(NEMO_TURNED, "nemo.", turned=True),
    *_values(DCLM, "dclm."),
    *_values(REDPAJAMA, "rpv2.rps_"),
    *_values(REDPAJAMA_TURNED, "rpv2.rps_", turned=True),
)
