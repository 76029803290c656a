"""The indicators of an engagement as numbers: what scoring reads, many at once.

Binary layout, version 1, little-endian, no padding:

====== ===== ========= =========================================================================
offset bytes field     meaning
====== ===== ========= =========================================================================
0      4     magic     ``SURF``
4      2     version   u16, 1
6      2     count     u16, number of indicators n
8      10 n  cells     one per indicator, in the order of `scoring.indicators.value.KEYS`
====== ===== ========= =========================================================================

A cell is lo, pt, hi (u16 each, 1/10,000), the state (u8, `assessments.sheet.State`; 128 is added
where there is too little for a point value), the evidence (u8) and the last day on which the facts
hold (u16, days since 2000-01-01, 0: no end). Where nothing is recorded the state is HIDDEN, which
leaves the item out of the sums, and all else is 0.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from assessments.sheet import State, day_number
from scoring.indicators.value import KEYS, Value

MAGIC: Final = b"SURF"
LAYOUT_VERSION: Final = 1
_HEADER: Final = struct.Struct("<4sHH")
HEADER_SIZE: Final = _HEADER.size
#: Stands in the state beside the code.
TOO_LITTLE: Final = 0x80
DTYPE: Final = np.dtype(
    [
        ("lo", "<u2"),
        ("pt", "<u2"),
        ("hi", "<u2"),
        ("state", "u1"),
        ("evidence", "u1"),
        ("holds_until", "<u2"),
    ]
)
#: The first bytes of every sheet of facts written by this release.
HEAD: Final = _HEADER.pack(MAGIC, LAYOUT_VERSION, len(KEYS))

Cells = npt.NDArray[np.void]


class NoFacts(ValueError):
    """The bytes are not packed facts of a layout known here."""


def nothing(count: int) -> Cells:
    """[count, n] cells in which nothing is recorded."""
    cells: Cells = np.zeros((count, len(KEYS)), dtype=DTYPE)
    cells["state"] = State.HIDDEN
    return cells


def pack(values: Mapping[str, Value]) -> bytes:
    """Return the bytes for the indicators of one engagement; those left out have no facts."""
    row = nothing(1)[0]
    for at, key in enumerate(KEYS):
        value = values.get(key)
        if value is None:
            continue
        if value.declined:
            row[at] = (0, 0, 0, State.DECLINED, 0, 0)
            continue
        state = State.ANSWERED | (0 if value.enough else TOO_LITTLE)
        until = day_number(value.holds_until)
        row[at] = (value.lo, value.pt, value.hi, state, value.evidence, until)
    data: bytes = HEAD + row.tobytes()
    return data


def unpack(data: bytes) -> Cells:
    """[n] the cells of one engagement. Indicators added since it was packed have no facts.

    Raises NoFacts.
    """
    if len(data) < HEADER_SIZE:
        raise NoFacts(f"{len(data)} bytes are too few for packed facts")
    magic, version, count = _HEADER.unpack_from(data)
    if magic != MAGIC or version != LAYOUT_VERSION or count > len(KEYS):
        raise NoFacts("the bytes are not packed facts of a layout known here")
    if len(data) != HEADER_SIZE + count * DTYPE.itemsize:
        raise NoFacts(f"{len(data)} bytes: the facts are cut short or have a tail")
    cells: Cells = nothing(1)[0]
    cells[:count] = np.frombuffer(data, DTYPE, offset=HEADER_SIZE)
    return cells


def unpack_many(packed: Sequence[bytes]) -> Cells:
    """[N, n] the cells of some engagements; no bytes stand for no facts. Raises NoFacts."""
    cells = nothing(len(packed))
    for at, data in enumerate(packed):
        if data:
            cells[at] = unpack(data)
    return cells


def unpack_rows(rows: npt.NDArray[np.uint8]) -> Cells:
    """[N, n] the cells of many engagements, from their packed facts [N, bytes] of one length.

    Raises NoFacts.
    """
    if not len(rows):
        return nothing(0)
    if not rows.shape[1]:
        return nothing(len(rows))
    unpack(rows[0].tobytes())
    head = rows[0, :HEADER_SIZE]
    if np.any(rows[:, :HEADER_SIZE] != head):
        raise NoFacts("the bytes are not packed facts of a layout known here")
    cells = nothing(len(rows))
    body = np.ascontiguousarray(rows[:, HEADER_SIZE:]).view(DTYPE)
    cells[:, : body.shape[1]] = body
    return cells
