"""Names of columns that a person chooses: what can be one, and who has it already."""

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from analytics.corpora import open_for_questions
from analytics.signal import signal_families
from indexes.columns import DOCUMENTS
from indexes.errors import NameTaken
from indexes.saying import making
from indexes.vectors import FAMILY as VECTORS
from indexes.workspace import Workspace


def check_name(
    workspace: Workspace,
    name: str,
    columns: Sequence[str],
    methods: Collection[str],
    same: Callable[[Mapping[str, Any]], bool],
    replace_other: bool,
) -> None:
    """Refuse a name that is none, or that something else has.

    Args:
        workspace: where it is to be a name.
        name: of the family.
        columns: its columns.
        methods: those whose columns may be put in each other's place.
        same: whether a lineage is of the column that is wanted.
        replace_other: whether one of other parameters may be replaced.

    Raises:
        NameTaken: it cannot be used.
    """
    if not re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", name) or "__" in name:
        raise NameTaken(
            f"{name!r} cannot name a score column: it takes letters, digits, - and single _, a letter first.",
            "Choose another with --name.",
        )
    known = open_for_questions(workspace.root).columns
    others = [known[column] for column in columns if column in known and known[column].family != name]
    if others or name in signal_families() or name in (VECTORS, DOCUMENTS):
        taken = others[0].name if others else name
        raise NameTaken(f"{taken} is the name of something else already.", "Choose another with --name.")
    held = next((column.lineage for column in known.values() if column.family == name), None)
    if held is not None and held.get("method") not in methods:
        raise NameTaken(f"{name} is the name of something else already.", "Choose another with --name.")
    if held is not None and not same(held) and not replace_other:
        raise NameTaken(
            f"The column {name} was made with other parameters: {making(workspace.root, name, held)}",
            "Choose another with --name, or put this one in its place with --replace.",
        )
