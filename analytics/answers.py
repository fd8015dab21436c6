"""What each key of ``--json`` means: the one declaration; README's table is made from it."""

FUNNEL = {
    "documents": "documents: `total` and `kept`",
    "tokens": "tokens: `total` and `kept`; null where there is no token column",
    "bytes": "UTF-8 bytes: `total` and `kept`; null where they were not measured",
    "tokenizer": "what tokens are counted by; null where they are not",
    "not_measured": "documents of shards where a column that the recipe needs is missing; outside all else",
    "unfinished": "`name`, `state` and `command` of each column of the recipe, and of tokens, that is "
    "partial or stale: the numbers are of its earlier state until the command is run",
    "edits": "the transformation of text that the recipe's original applies to what it keeps; or null",
    "steps": "one for each step of the recipe, see below",
}

STEP = {
    "reason": "the step's short name, given to what it removes",
    "rule": "the step as a sentence",
    "fails": "not true for this step alone",
    "kept": "true for this step and all before it",
    "only_this": "fails this step and passes all others",
    "unknown": "of `fails`, those without an answer, since a value is null",
    "members": "a group's members, with the same keys, counted within the group",
}
"""Each but ``reason``, ``rule`` and ``members`` in ``documents``, ``tokens`` and ``bytes``."""

MADE = {
    "documents": "documents that were computed in this run",
    "columns": "names of the columns",
    "seconds": "how long it took",
}

WRITTEN = {
    "documents": "documents written",
    "shards": "files of documents",
    "hash": "SHA-256 of the manifest's canonical JSON",
    "ok": "whether everything is as the manifest says",
    "edit": "one for each `--edit`, in their order: `name`, `hash`, `documents_changed`, "
    "`documents_emptied`, `characters_removed` (less than 0 where it wrote more than it took)",
}

COLUMN = {
    "name": "the column",
    "type": "integer, number, text, boolean, date or other",
    "unit": "what it counts",
    "variant": "which definition, where the signal has several",
    "nulls": "documents without a value",
    "state": "whole, partial, stale or missing",
    "why": "of a stale one, what has changed since it was made; else empty",
    "lineage": "how it was made; for tokens, by which tokenizer",
}

ANSWERS: dict[str, dict[str, str]] = {
    "ingest": {
        "documents": "documents taken in by this run",
        "total": "documents of the workspace",
        "bytes": "UTF-8 bytes of the text kept; null until measured where text is read in place",
        "quarantined": "rows that could not be taken in; `quarantine/` says which and why",
        "not_drawn": "rows left out by `--sample`, `--limit` or `--shards`",
        "files": "files read",
        "files_failed": "files that could not be taken in",
        "ignored": "files of unknown suffixes, passed over",
    },
    "ingest --dry-run": {
        "files": "files that would be read",
        "ignored": "files of unknown suffixes",
        "disk": "bytes that it would take, about",
        "free": "bytes free where the workspace lies",
        "seconds": "how long it would take, about",
        "sources": "each with `schema`, `mapping`, `text` (how kept), `files`, `disk`, `seconds` and `rows`",
        "faults": "sentences on files that cannot be read",
    },
    "measure": {
        **MADE,
        "costs": "family -> seconds of processor time that it took",
        "lacks": "columns that the recipe of `--recipe` reads and that measuring alone does not make",
    },
    "embed": MADE,
    "rank": MADE,
    "score": {**MADE, "nulls": "documents without a value, in the column that lacks most"},
    "train-classifier": {
        "model": "the file",
        "sha256": "of the model",
        "card": "file that says what it was made of, and how",
        "trained": "texts it was trained on",
        "held_out": "texts it was tested on",
        "left_out": "texts that were empty, that came twice or stood in both files",
        "precision": "share of the held-out texts called positive that are; null where none is called so",
        "recall": "share of the positive held-out texts that are called positive",
        "auc": "area under the curve: how often a positive held-out text is above a negative one",
    },
    "target add": {
        "examples": "examples that documents can be ranked by",
        "test_rows": "rows of a test split, kept apart and not used for ranking",
    },
    "columns": {"columns": "one for each column, see below"},
    "columns --out": {"documents": "documents written", "columns": "names of the columns written"},
    "preview": FUNNEL,
    "export": WRITTEN,
    "judgements": {
        "judgements": "verdicts that count: of each person on each document the last",
        "replaced": "earlier ones",
        "people": "who judged",
        "documents": "judged documents of the corpus",
        "gone": "judged documents that were dropped or are in another corpus",
        "keep": "documents that should be kept, by most voices",
        "drop": "documents that should be dropped",
        "unsure": "documents of which nobody could say, or with as many voices for one as for the other",
        "taken": "judgements of `--take` that were new; null without it",
        "written": "judgements written by `--out`, replaced ones too; null without it",
        "texts": "`keep` and `drop`: texts written by `--texts`; null without it",
        "agreement": "of each two people: `name`, `documents` that both judged, share on which they say the "
        "`same`, Cohen's `kappa` and its `standard_error`; null where they said one thing only",
        "rates": "with `--recipe`, of it and of each rule: `name`, documents `removed`, `precision` among "
        "the removed and `miss_rate` among the kept (each `share`, its 95 % interval `low` and `high`, `of` "
        "how many judged, and `unsure`), documents `wrongly_removed` with their interval; only what was "
        "drawn at random under the recipe as it stands",
    },
    "verify": WRITTEN,
    "status": {
        "documents": "documents, dropped ones left out",
        "shards": "files of documents",
        "columns": "`name` and `state` of each, and `why` it is stale",
        "when_asked": "of the missing ones, how many `columns` are measured only when asked for, and the "
        "`command`; or null",
        "not_utf8": "documents whose text is not UTF-8, and so is null in every signal; null until measured",
        "next": "`command` of each step that is missing or stale, its `seconds`, and of those the ones of "
        "compiling, which is done `once`",
    },
    "changes": {
        "since": "when the corpus was looked at first, of the two dates",
        "until": "and when it was looked at then",
        "note": "that one date alone is on record, or from which date on there is a record; else empty",
        "documents": "`then` and `now`, dropped ones left out; so are `tokens`, `bytes` and `shards`",
        "tokens": "null where not measured",
        "bytes": "of text; null where not measured",
        "shards": "files of documents",
        "made_anew": "whether the shards are others than then, so that the corpus was made again",
        "came": "`name` and `documents` of each shard that came",
        "drops": "drops made in between, or `undone`: number as `name`, `reason`, `documents`",
        "columns": "names of those that were `added`, are `gone`, were `remade` in another way, became "
        "`stale`, or were `completed`",
        "composition": "`label`, `name` and its share of the documents `then` and `now`; null where it was "
        "not among the 20 most frequent",
        "medians": "`name` of a column and its median `then` and `now`; null where not measured",
    },
    "build": {"done": "commands that were run"},
    "find": {
        "found": "of each document that holds the sentence its `doc_id`, whether it is there as it was "
        "written (`exact`) or with other white space, and the text there: `before`, `sentence`, `after`",
        "next": "the `doc_id` to go on from with `--from`; null when all texts were looked through",
    },
    "drop": {"documents": "documents of this drop", "left": "documents left in the corpus"},
    "open": {"url": "address of the dashboard"},
}
"""Command -> key -> meaning."""

ERROR = {
    "error": "what is wrong, in one sentence",
    "next_step": "what to do next",
}
"""Printed instead of the keys above, with exit code 1; by ``ingest`` beside its keys after file faults."""
