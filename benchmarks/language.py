"""Language identification on the documents whose language is declared: agreement and speed, as Markdown.

pycld2, and a fastText model such as lid.176 where one is given (``--model FILE``).
"""

import argparse
import os
import time
from collections import Counter, defaultdict
from pathlib import Path

import pyarrow.parquet as pq

from analytics.signals.language import FIRST, identify

SHORTER = {
    **{
        "ita": "it",
        "ukr": "uk",
        "bod": "bo",
        "san": "sa",
        "jpn": "ja",
        "mkd": "mk",
        "cym": "cy",
        "tuk": "tk",
    },
    **{"mal": "ml", "pol": "pl", "bre": "br", "ewe": "ee", "cmn": "zh", "uzn": "uz", "nb": "no"},
}
"""Codes of the corpus that pycld2 gives otherwise: three letters (ISO 639-3) where ISO 639-1 has two."""

FEWEST = 16
"""Languages with fewer documents stand together in one row."""


def declared(path: Path) -> list[tuple[str, str]]:
    """Text and declared language of the documents that have one, without region and script."""
    shard = pq.read_table(path, columns=["text", "language"])
    rows = zip(shard["text"].to_pylist(), shard["language"].to_pylist(), strict=True)
    bases = [(text, language.split("-")[0]) for text, language in rows if language]
    return [(text, SHORTER.get(base, base)) for text, base in bases]


def main() -> None:
    """Print the table of each way to tell a language."""
    said = argparse.ArgumentParser(description=__doc__)
    said.add_argument("--model", type=Path, help="a fastText classifier of languages, .bin or .ftz")
    model = said.parse_args().model
    files = sorted((Path(os.environ["ASSAY_DATA"]) / "corpus").glob("*.parquet"))
    rows = [row for path in files for row in declared(path)]
    heads = [text[:FIRST] for text, _ in rows]
    known = Counter(language for _, language in rows)
    columns = {"pycld2": None, **({model.name: model} if model else {})}
    agreed: dict[str, Counter[str]] = {}
    sure: dict[str, Counter[str]] = {}
    others: dict[str, dict[str, Counter[str]]] = {}
    speeds = {}
    for name, path in columns.items():
        identify(heads[:100], path)
        began = time.process_time()
        codes, confidences = identify(heads, path)
        speeds[name] = len(heads) / (time.process_time() - began)
        agreed[name], sure[name], others[name] = Counter(), Counter(), defaultdict(Counter)
        for code, confidence, (_, language) in zip(codes, confidences, rows, strict=True):
            agreed[name][language] += code == language
            sure[name][language] += code == language and confidence >= 0.65
            if code != language:
                others[name][language][code or "none"] += 1
    print("| language | documents | agree | and sure (0.65) | instead |\n| --- | ---: | ---: | ---: | --- |")
    rare = [language for language, n in known.items() if n < FEWEST]
    groups = [[language] for language, n in known.most_common() if n >= FEWEST] + [rare]
    for name in columns:
        for group in [*groups, list(known)]:
            total = sum(known[language] for language in group)
            right, firm = (sum(found[name][one] for one in group) for found in (agreed, sure))
            wrong = sum((others[name][one] for one in group), Counter[str]())
            label = group[0] if len(group) == 1 else f"{len(group)} others"
            label = "all" if group == list(known) else label
            instead = ", ".join(f"{code} {n}" for code, n in wrong.most_common(3))
            print(f"| {label} | {total:,} | {right / total:.1%} | {firm / total:.1%} | {instead} |")
        print(f"\n{name}: {speeds[name]:,.0f} documents/s on the first {FIRST:,} characters, one core.\n")


if __name__ == "__main__":
    main()
