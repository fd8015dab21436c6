from edits.c4_lines_noterm import edit
from plain import c4, lines

MARKS = [*c4.MARKS, "same line here\n", "\nsame line here"]
AFTER = "after_c4_lines_noterm"

PLAIN = {
    f"line_end_punct_frac__{AFTER}": lambda text: lines.PLAIN["line_end_punct_frac"](edit(text)),
    f"short_line_frac__{AFTER}": lambda text: lines.PLAIN["short_line_frac"](edit(text)),
    f"dup_line_char_frac__{AFTER}": lambda text: lines.repeated(edit(text)),
    f"newline_word_ratio__{AFTER}": lambda text: c4.fraction(edit(text).count("\n"), c4.words(edit(text))),
}
