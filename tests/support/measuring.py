"""One column of one text, for tests of what a signal means."""

import numpy as np

from analytics.signal import Texts, signal_columns, signal_families


def texts_of(values, lists=None):
    """Texts as the shell gives them to ``measure``."""
    encoded = [value.encode() for value in values]
    data = np.frombuffer(b"".join(encoded), np.uint8)
    offsets = np.cumsum([0, *map(len, encoded)], dtype=np.int64)
    return Texts(data, offsets, np.ones(len(encoded), np.bool_), lists or {})


def measured(column, text, lists=None):
    """The value of a column for one text."""
    family = signal_families()[signal_columns()[column].family]
    signal = next(signal for signal in family.signals if signal.column == column)
    return signal.measure(texts_of([text], lists))[0]
