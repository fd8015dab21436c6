"""Personal data replaced by the name of its kind."""

import numpy as np

from analytics.personal import DIFFERENT, KINDS, PREFIXES, RUN, personal_spans
from analytics.signal import Texts
from analytics.transformation import Transformation

MARKS = {
    "private_keys": "<PRIVATE_KEY>",
    "jwts": "<TOKEN>",
    "keys": "<KEY>",
    "url_credentials": "<CREDENTIALS>",
    "emails": "<EMAIL>",
    "ibans": "<IBAN>",
    "cards": "<CARD>",
    "ssns": "<SSN>",
    "phones": "<PHONE>",
    "ipv6": "<IPV6>",
    "ipv4": "<IPV4>",
}
"""Kind -> what stands in the text instead.

Dolma writes ``|||EMAIL_ADDRESS|||`` and the like; datatrove writes addresses of example.com and of machines
that did not answer, which nobody can tell from real ones afterwards.
"""


def edit(texts: Texts) -> Texts:
    """Each span of ``personal_spans`` replaced by the mark of its kind."""
    found = texts.once(personal_spans)
    marks = [MARKS[kind].encode() for kind in KINDS]
    grown = np.array([len(mark) for mark in marks])[found.kinds] - (found.ends - found.starts)
    sizes = np.where(texts.valid, np.diff(texts.offsets), 0)
    sizes += np.bincount(found.documents, grown, len(texts)).astype(np.int64)
    data, pieces = texts.data.data, list[memoryview | bytes]()
    bounds = np.searchsorted(found.documents, np.arange(1, len(texts) + 1)).tolist()
    starts, ends, kinds = found.starts.tolist(), found.ends.tolist(), found.kinds.tolist()
    for i in np.flatnonzero(texts.valid).tolist():
        place = texts.offsets[i]
        for span in range(bounds[i - 1] if i else 0, bounds[i]):
            pieces += [data[place : starts[span]], marks[kinds[span]]]
            place = ends[span]
        pieces.append(data[place : texts.offsets[i + 1]])
    return Texts(
        np.frombuffer(b"".join(pieces), np.uint8),
        np.concatenate(([0], np.cumsum(sizes))),
        texts.valid,
        texts.lists,
    )


TRANSFORMATION = Transformation(
    "mask_personal_data",
    version=3,
    label="Personal data masked",
    definition=(
        "replaces e-mail addresses, telephone, card, account and social security numbers, public machine "
        "addresses, passwords in addresses, keys and tokens by the name of their kind, such as <EMAIL>"
    ),
    source="the kinds of Dolma, datatrove, BigCode and NeMo Curator; the marks are ours",
    edit=edit,
    params={
        "kinds": KINDS,
        "marks": MARKS,
        "prefixes": tuple(prefix.decode() for prefix in PREFIXES),
        "different_characters": DIFFERENT,
        "base64_in_a_row": RUN,
    },
)
