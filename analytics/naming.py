"""Names of columns that a person chooses: what can be one, and who has it already."""

import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from analytics.corpora import open_for_questions
from analytics.signal import signal_families
from indexes.columns import DOCUMENTS, JUDGED
from indexes.errors import NameTaken
from indexes.positions import RESERVED
from indexes.saying import making
from indexes.vectors import FAMILY as VECTORS
from indexes.workspace import Workspace

TAKEN = "is the name of something else already"


def check_name(
    workspace: Workspace,
    name: str,
    columns: Sequence[str],
    methods: Collection[str],
    same: Callable[[Mapping[str, Any]], bool],
    replace_other: bool,
) -> None:
    """Refuse a name that is none, or that something else has; upper and lower case are one, as in queries.

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
    wanted = Counter(map(str.casefold, columns))
    _refuse(name, [column for column in columns if wanted[column.casefold()] > 1], "stands there twice")
    _refuse(
        name,
        [column for column in columns if column.casefold() in (*RESERVED, JUDGED) or column.startswith("__")],
        "is a name that Assay keeps for itself",
    )
    known = open_for_questions(workspace.root).columns
    others = [other for other in known.values() if other.name.casefold() in wanted and other.family != name]
    _refuse(name, [other.name for other in others], TAKEN)
    own = {*signal_families(), VECTORS, DOCUMENTS}
    others_families = own | ({column.family for column in known.values()} - {name})
    _refuse(name, [other for other in others_families if other.casefold() == name.casefold()], TAKEN)
    held = next((column.lineage for column in known.values() if column.family == name), None)
    _refuse(name, [name] if held is not None and held.get("method") not in methods else [], TAKEN)
    if held is not None and not same(held) and not replace_other:
        raise NameTaken(
            f"The column {name} was made with other parameters: {making(workspace.root, name, held)}",
            "Choose another with --name, or put this one in its place with --replace.",
        )


def _refuse(name: str, found: Sequence[str], why: str) -> None:
    """Refuse the first of the names that were found wanting; what ``--name`` does not name lies in a file."""
    if found:
        own = found[0].casefold().startswith(name.casefold())
        step = "Choose another with --name." if own else "Give it another name where it comes from."
        raise NameTaken(f"{found[0]} {why}.", step)
