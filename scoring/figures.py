"""What a score says, packed: everything beside points, interval and band that pages show of it.

The order of the dimensions is that of the method, the numbers of items are their places in the
order of the keys of the score's model. All numbers are little-endian; u24 are three bytes, whole
milli-points of 100 (shares on the same scale), 0xFFFFFF for none.

====== ===== ==================================================================================
offset bytes field
====== ===== ==================================================================================
0      1     version, 1
1      1     flags: 1 a knock-out that blocks has been triggered
2      1     tier: 1 most exposed to 4
3      1     weakest dimension, 255 for none
4      18    u24 each: residual, inherent, posture, control effectiveness, coverage, confidence
22     6     u16 each: answers without full proof, unanswered, required answers outstanding
28     63    per dimension u24 each: lo, pt, hi; none where it dropped out
91     20    items of the ten largest contributions, u16 each; 0xFFFF for none, 0x8000 an open gate
111    30    their points, u24 each
141    30    the part of these that the answer adds, u24 each
171    9     base, unrated, uplift, u24 each
180    Q/8   the triggered knock-outs of the model, a bit each, the first one highest
====== ===== ==================================================================================
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from scoring.engine.contributions import Largest
from scoring.engine.evaluate import NONE, Result
from scoring.engine.methodology import DIMENSIONS, FULL, TIERS

VERSION: Final = 1
#: Contributions kept with a score; the full list is recomputed when somebody opens it.
KEPT: Final = 10
_NO_POINTS: Final = 0xFFFFFF
_NO_ITEM: Final = 0xFFFF
_GATE: Final = 0x8000
_NO_DIMENSION: Final = 255
_BLOCKED: Final = 1

_LAYOUT: Final = np.dtype(
    [
        ("version", "u1"),
        ("flags", "u1"),
        ("tier", "u1"),
        ("worst", "u1"),
        ("scalars", "u1", (6, 3)),
        ("counts", "<u2", 3),
        ("dimensions", "u1", (len(DIMENSIONS), 3, 3)),
        ("items", "<u2", KEPT),
        ("points", "u1", (KEPT, 3)),
        ("answers", "u1", (KEPT, 3)),
        ("extras", "u1", (3, 3)),
    ]
)
#: Bytes without the bits of the knock-outs.
SIZE: Final = _LAYOUT.itemsize

Bytes = npt.NDArray[np.uint8]


class FiguresError(ValueError):
    """Stored figures cannot be read."""


@dataclass(frozen=True, slots=True)
class Figures:
    """One score's figures; whole milli-points, shares (effectiveness, coverage …) from 0 to 1.

    `dimensions` by key: lo, pt, hi; those that dropped out are missing. `contributions`: canonical
    item, whether it is an open gate, points, and of these the answer's part.
    """

    blocked: bool
    tier: str
    worst_dimension: str
    residual: int
    inherent: int
    posture: float
    control_effectiveness: float
    coverage: float
    confidence: float
    missing_proofs: int
    unanswered: int
    required_open: int
    dimensions: dict[str, tuple[int, int, int]]
    contributions: tuple[tuple[int, bool, int, int], ...]
    base: int
    unrated: int
    uplift: int
    triggered: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Brief:
    """Of the figures what a list shows; units as in `Figures`."""

    blocked: bool
    tier: str
    worst_dimension: str
    residual: int
    inherent: int
    control_effectiveness: float
    coverage: float
    confidence: float


def brief(data: bytes | memoryview) -> Brief:
    """Read the head of one score's figures; many times quicker than `unpack`. FiguresError."""
    head = bytes(data[:22])
    if len(head) < 22 or head[0] != VERSION:
        raise FiguresError("these are no figures of a version known here")
    residual, inherent, _posture, effectiveness, coverage, confidence = (
        int.from_bytes(head[at : at + 3], "little") for at in range(4, 22, 3)
    )
    return Brief(
        blocked=bool(head[1] & _BLOCKED),
        tier=TIERS[head[2] - 1],
        worst_dimension="" if head[3] == _NO_DIMENSION else DIMENSIONS[head[3]],
        residual=residual,
        inherent=inherent,
        control_effectiveness=effectiveness / FULL,
        coverage=coverage / FULL,
        confidence=confidence / FULL,
    )


def pack(result: Result, largest: Largest) -> Bytes:
    """Return the figures of N scores, [N, SIZE + Q/8] bytes."""
    size = len(result.computed)
    rows = np.zeros(size, dtype=_LAYOUT)
    rows["version"] = VERSION
    rows["flags"] = result.blocked * _BLOCKED
    rows["tier"] = result.tier
    rows["worst"] = np.where(result.worst_dimension == NONE, _NO_DIMENSION, result.worst_dimension)
    for at, values in enumerate(
        (
            result.residual,
            result.inherent,
            result.posture,
            result.effectiveness,
            result.coverage,
            result.confidence,
        )
    ):
        rows["scalars"][:, at] = _three(values)
    for at, values in enumerate(
        (result.proof_outstanding, result.unanswered, result.required_open)
    ):
        rows["counts"][:, at] = values
    for at, values in enumerate((result.dimension_lo, result.dimension_pt, result.dimension_hi)):
        rows["dimensions"][:, :, at] = _three(np.where(values == NONE, _NO_POINTS, values))
    none = largest.items < 0
    rows["items"] = np.where(none, _NO_ITEM, largest.items + largest.gate * _GATE)
    rows["points"] = _three(np.where(none, 0, largest.points))
    rows["answers"] = _three(np.where(none, 0, largest.answer))
    for at, values in enumerate((largest.base, largest.unrated, largest.uplift)):
        rows["extras"][:, at] = _three(values)
    fixed = rows.view(np.uint8).reshape(size, SIZE)
    return np.hstack([fixed, np.packbits(result.triggered.reshape(size, -1), axis=1)])


def _three(values: npt.NDArray[Any]) -> Bytes:
    """The three low bytes of each value, in a last axis of their own."""
    four = np.ascontiguousarray(values, dtype="<u4").view(np.uint8)
    return four.reshape(*values.shape, 4)[..., :3]


def _whole(three: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    whole: npt.NDArray[np.int64] = three.astype(np.int64) @ np.array([1, 1 << 8, 1 << 16])
    return whole


def unpack(data: bytes | memoryview) -> Figures:
    """Return the figures of one score. Raises FiguresError."""
    data = bytes(data)
    if len(data) < SIZE or data[0] != VERSION:
        raise FiguresError("these are no figures of a version known here")
    row = np.frombuffer(data, _LAYOUT, 1)[0]
    residual, inherent, posture, effectiveness, coverage, confidence = _whole(
        row["scalars"]
    ).tolist()
    missing, unanswered, required = row["counts"].tolist()
    base, unrated, uplift = _whole(row["extras"]).tolist()
    bits = np.unpackbits(np.frombuffer(data, np.uint8, offset=SIZE))
    return Figures(
        blocked=bool(row["flags"] & _BLOCKED),
        tier=TIERS[int(row["tier"]) - 1],
        worst_dimension="" if row["worst"] == _NO_DIMENSION else DIMENSIONS[int(row["worst"])],
        residual=residual,
        inherent=inherent,
        posture=posture / FULL,
        control_effectiveness=effectiveness / FULL,
        coverage=coverage / FULL,
        confidence=confidence / FULL,
        missing_proofs=missing,
        unanswered=unanswered,
        required_open=required,
        dimensions={
            key: (values[0], values[1], values[2])
            for key, values in zip(DIMENSIONS, _whole(row["dimensions"]).tolist(), strict=True)
            if values[1] != _NO_POINTS
        },
        contributions=tuple(
            (item & ~_GATE, bool(item & _GATE), points, answer)
            for item, points, answer in zip(
                row["items"].tolist(),
                _whole(row["points"]).tolist(),
                _whole(row["answers"]).tolist(),
                strict=True,
            )
            if item != _NO_ITEM
        ),
        base=base,
        unrated=unrated,
        uplift=uplift,
        triggered=tuple(np.flatnonzero(bits).tolist()),
    )
