"""A count as Polars code over the Parquet files: what ``analytics.logic`` asks of documents, as text.

Families stand side by side as the rows of their files do, in the order of the corpus. A column of numbers is
compared in the type in which DuckDB compares it, whatever is narrower in the file.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from indexes import pattern
from indexes.as_sql import by_files
from indexes.corpus import Corpus
from indexes.rule import KEEP, LISTS, Cut, Listed, Rule, Share, Step, columns_of

CODE = '''\
from datetime import date

import polars as pl

FOLDER = {folder!r}


def read(file):
    return pl.scan_parquet(f"{{FOLDER}}/{{file}}", glob=False, hive_partitioning=False)


def side(files, columns, name):
    """Some columns of a family, row i of all files being document i; a number stands for so many nulls."""
    frames = [pl.LazyFrame(schema={{name: pl.Boolean}})]
    for file in files:
        frames.append(pl.LazyFrame({{name: [True] * file}}) if isinstance(file, int) else read(file))
    return pl.concat(frames, how="diagonal_relaxed").select(*columns, name)


corpus = pl.concat(
    [
{sides}
    ],
    how="horizontal",
)
{dropped}kept = corpus.filter(
{which}
)
print(kept.select(pl.len()).collect().item())
'''
DROPPED = """\
dropped = pl.concat(read(file).select("doc_id") for file in {files!r})
corpus = corpus.join(dropped, on="doc_id", how="anti")
"""
GROUPED = {"all": ("&", ""), "any": ("|", ""), "not": ("|", "~")}


def count_code(corpus: Corpus, steps: Sequence[Step]) -> str:
    """Code that prints how many documents are looked at for which steps are all true.

    Args:
        corpus: the documents, with the rules that say which are looked at.
        steps: resolved (``indexes.queries.top``).

    Raises:
        MissingColumn: a column that is in no Parquet file.
    """
    every = [*corpus.where, *steps]
    by_family = by_files(corpus, columns_of(every))
    folder = corpus.workspace.root.resolve()
    sides, which = [], []
    for i, (family, wanted) in enumerate(by_family.items()):
        files = [
            shard.rows if path is None else path.resolve().relative_to(folder).as_posix()
            for path, shard in zip(corpus.files[family], corpus.workspace.shards, strict=True)
        ]
        sides.append(f"        side({files!r}, {wanted!r}, '__missing_{i}'),")
        which.append(f"    pl.col('__missing_{i}').is_null(),")
    types = {name: corpus.column(name).type for name in columns_of(every)}
    which += [f"    {expression(step, types)}," for step in every]
    gone = [path.relative_to(corpus.workspace.root).as_posix() for path in corpus.workspace.tombstone_files()]
    return CODE.format(
        folder=str(folder),
        sides="\n".join(sides),
        dropped=DROPPED.format(files=gone) if gone else "",
        which="\n".join(which),
    )


def expression(step: Step, types: Mapping[str, str]) -> str:
    """A step as a Polars expression: true, false, or null for unknown.

    Args:
        step: resolved.
        types: of the columns that it reads, as ``Column.type``.
    """
    if isinstance(step, Rule):
        asked = _question(step, types)
        return f"({asked}).fill_null(True)" if step.if_null == KEEP else f"({asked})"
    sign, turned = GROUPED[step.kind]
    members = f" {sign} ".join(expression(member, types) for member in step.members)
    return f"({turned}({members}))"


def _question(rule: Rule, types: Mapping[str, str]) -> str:
    column, limit = f"pl.col({rule.column!r})", rule.limit
    if isinstance(limit, Share):
        return _in_top(rule.column, limit, types)
    if rule.op in ("is_null", "not_null"):
        return f"{column}.{'is_null' if rule.op == 'is_null' else 'is_not_null'}()"
    if rule.op == "matches":
        return f"{column}.str.contains({pattern.rust(str(limit))!r})"
    values: Sequence[Any] = (
        limit.values if isinstance(limit, Listed) else limit if isinstance(limit, tuple) else (limit,)
    )
    common = _common(types[rule.column], values)
    column = f"{column}.cast({common})" if common else column
    if rule.op == "between":
        return f"({column} >= {_value(values[0], common)}) & ({column} <= {_value(values[1], common)})"
    if rule.op in (*LISTS, "in_file"):
        held = _in_list(column, values, types[rule.column], common)
        return f"~{held}" if rule.op == "not_in" else held
    return f"{column} {rule.op} {_value(values[0], common)}"


def _in_list(column: str, values: Sequence[Any], held: str, common: str) -> str:
    if held == "date":  # is_in refuses days among times of day
        return f"({' | '.join(f'({column} == {_said(value)})' for value in values)})"
    typed = f", dtype={common}" if common else ""
    return f"{column}.is_in(pl.Series([{', '.join(map(_said, values))}]{typed}, strict=False).implode())"


def _common(held: str, values: Sequence[Any]) -> str:
    """The type in which DuckDB compares, as in ``analytics.logic``; none for what is no number."""
    if held == "number":
        return "pl.Float64"
    if held != "integer":
        return ""
    return "pl.Float64" if any(isinstance(value, float) for value in values) else "pl.Int128"


def _value(value: Any, common: str) -> str:
    return f"pl.lit({_said(value)}).cast({common})" if common == "pl.Int128" else f"pl.lit({_said(value)})"


def _said(value: Any) -> str:
    return f"date({value.year}, {value.month}, {value.day})" if isinstance(value, date) else repr(value)


def _in_top(column: str, limit: Share, types: Mapping[str, str]) -> str:
    if limit.cuts is None:
        raise ValueError("this top is not resolved yet: see indexes.queries.top")
    above = [_above(column, cut, types) for cut in limit.cuts]
    if limit.within is not None:
        groups = (f"pl.col({limit.within!r}).eq_missing({_group(cut.group)})" for cut in limit.cuts)
        above = [f"({one} & {group})" for one, group in zip(above, groups, strict=True)]
    some = " | ".join(above) or "pl.lit(False)"
    return f"pl.when(pl.col({column!r}).is_not_null()).then({some})"


def _group(group: Any) -> str:
    return "pl.lit(None)" if group is None else f"pl.lit({_said(group)})"


def _above(name: str, cut: Cut, types: Mapping[str, str]) -> str:
    common = _common(types[name], (cut.value,))
    column = f"pl.col({name!r}).cast({common})" if common else f"pl.col({name!r})"
    value, key = _value(cut.value, common), f"pl.lit({cut.key}, dtype=pl.UInt64)"
    ranked = f"(pl.col('key') < {key}) | ((pl.col('key') == {key}) & (pl.col('doc_id') <= {cut.doc_id}))"
    return f"(({column} > {value}) | (({column} == {value}) & ({ranked})))"
