"""How many tokens a document has, by one tokenizer in the whole corpus, which the lineage names."""

import sys
from functools import cache
from importlib.machinery import PathFinder
from importlib.util import find_spec, module_from_spec
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analytics.outside import versions
from analytics.signal import Family, Given, Signal, Texts

TOKENIZER = "cl100k_base"


def tokens(texts: Texts) -> NDArray[np.int64]:
    """Byte pairs of each document, shape (n_docs,). What looks like a special token is ordinary text."""
    return texts.once(counted)


def counted(texts: Texts) -> NDArray[np.int64]:
    """``tokens`` as a view, to be asked for by ``texts.once``: it costs more than all other signals."""
    count = tokenizer().count
    counts = np.zeros(len(texts), dtype=np.int64)
    for i in np.flatnonzero(texts.valid):
        counts[i] = count(texts.data[texts.offsets[i] : texts.offsets[i + 1]].tobytes().decode())
    return counts


@cache
def tokenizer() -> Any:
    """The tokenizer of ``bpe_openai``; its ``count`` takes a text and gives an int.

    Taken from the compiled part of the package: the public door refuses a million characters, and opening it
    reads three vocabularies, which takes a second and 100 MB.
    """
    name = "bpe_openai._bindings"
    if name not in sys.modules:
        package = find_spec("bpe_openai")
        spec = package and PathFinder.find_spec(name, package.submodule_search_locations)
        if spec is None or spec.loader is None:
            raise ModuleNotFoundError(f"{name} is not installed", name=name)
        bindings = module_from_spec(spec)
        spec.loader.exec_module(bindings)
        sys.modules[name] = bindings  # it may be loaded once in a process
    return sys.modules[name].tokenizer_for_encoding(TOKENIZER)


FAMILY = Family(
    "tokens",
    version=1,
    signals=(
        Signal(
            "tokens",
            "tokens",
            0,
            None,
            "byte pairs of the tokenizer in the lineage",
            tokens,
            type="integer",
            definition="tokens of the text by one byte-pair tokenizer, which the lineage names",
        ),
    ),
    params={"tokenizer": TOKENIZER, "library": "bpe-openai", **versions("bpe-openai")},
    given=Given("fineweb", {"tokens": "source.token_count"}, {"tokenizer": "gpt2"}),
)
