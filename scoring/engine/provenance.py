"""Names for what a score was made from (formula 11).

`digest` names a result by its content, it is no key: answers that go from A to B and back to A give
the first digest again.

The inputs of one assessment are packed in a fixed binary form: what the formulas saw, in the plan's
canonical order, and not the date. So a day on which nothing changed gives the same hash.

====== ===== ========= =========================================================================
offset bytes field     meaning (little-endian, no padding)
====== ===== ========= =========================================================================
0      4     magic     ``SURI``
4      2     version   u16, 1
6      2     items     u16, number of items M
8      2     intake    u16, number of intake questions K
10     1     signed    u8, 1: signed off
11     11 M  items     per item in the order of the keys: lo u16, pt u16, hi u16 (risk, 1/10,000),
                       state u8, evidence u8, flags u8 (1: point value known, 2: evidence lapsed),
                       fade u16 (1/10,000)
...    2 K   intake    per intake question in the order of the keys: u16, 1/10,000; 65,535: unknown
====== ===== ========= =========================================================================
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import rfc8785

from scoring.engine.batch import Batch, Resolved, check, resolve
from scoring.engine.plan import Plan

#: Raised with every change of the engine that can change a result.
ENGINE_VERSION: Final = "1"

MAGIC: Final = b"SURI"
LAYOUT_VERSION: Final = 1
_HEADER: Final = struct.Struct("<4sHHHB")
_ITEM: Final = np.dtype(
    [
        ("lo", "<u2"),
        ("pt", "<u2"),
        ("hi", "<u2"),
        ("state", "u1"),
        ("evidence", "u1"),
        ("flags", "u1"),
        ("fade", "<u2"),
    ]
)
_KNOWN: Final = 1
_LAPSED: Final = 2


class InputsError(ValueError):
    """Stored inputs cannot be read, or belong to another plan."""


def model_document(plan: Plan) -> dict[str, Any]:
    """Return everything but the answers that decides a score, as plain values."""
    return {
        "methodology": plan.methodology.deciding,
        "intake": [
            {"key": key, "weight": weight}
            for key, weight in zip(
                sorted(question.key for question in plan.intake), plan.intake_weights, strict=True
            )
        ],
        "sections": [
            {"key": section.key, "dimension": section.dimension, "weight": float(section.weight)}
            for section in sorted(plan.sections, key=lambda section: section.key)
        ],
        "items": [
            {
                "key": item.key,
                "section": item.section,
                "weight": float(item.weight),
                "parent": item.parent,
                "valid_days": item.valid_days,
                "mandatory": item.mandatory,
                "knock_out": item.knock_out
                and {
                    "at": item.knock_out.at,
                    "floor": item.knock_out.floor,
                    "block": item.knock_out.block,
                },
                "kind": item.kind,
            }
            for item in (plan.item(at) for at in range(plan.size))
        ],
    }


def model_hash(plan: Plan) -> bytes:
    """Return SHA-256 (32 bytes) over the RFC 8785 JSON of the plan with its methodology."""
    return hashlib.sha256(rfc8785.dumps(model_document(plan))).digest()


def pack_inputs(plan: Plan, resolved: Resolved) -> list[bytes]:
    """Return the packed inputs of each assessment, in the layout above."""
    items = np.zeros(resolved.state.T.shape, dtype=_ITEM)
    for name in ("lo", "pt", "hi", "state", "evidence", "fade"):
        items[name] = getattr(resolved, name).T
    items["flags"] = _KNOWN * resolved.known.T + _LAPSED * resolved.lapsed.T
    intake = np.ascontiguousarray(resolved.intake.T.astype("<u2"))
    return [
        _HEADER.pack(MAGIC, LAYOUT_VERSION, plan.size, len(plan.intake), bool(signed))
        + items[row].tobytes()
        + intake[row].tobytes()
        for row, signed in enumerate(resolved.signed_off)
    ]


def unpack_inputs(plan: Plan, packed: Sequence[bytes]) -> Resolved:
    """Read stored inputs back, for `evaluate.score`. Raises InputsError.

    The dates are not in there, so nothing is known of the next change.
    """
    length = _HEADER.size + plan.size * _ITEM.itemsize + 2 * len(plan.intake)
    items = np.zeros((len(packed), plan.size), dtype=_ITEM)
    intake = np.zeros((len(packed), len(plan.intake)), dtype=np.uint16)
    signed_off = np.zeros(len(packed), dtype=np.bool_)
    for row, data in enumerate(packed):
        if len(data) < _HEADER.size:
            raise InputsError(f"{len(data)} bytes are too few for stored inputs")
        magic, version, size, questions, signed = _HEADER.unpack_from(data)
        if magic != MAGIC or version != LAYOUT_VERSION:
            raise InputsError("the bytes are not stored inputs of a version known here")
        if (size, questions, len(data)) != (plan.size, len(plan.intake), length):
            raise InputsError("the inputs were stored for another plan")
        items[row] = np.frombuffer(data, _ITEM, plan.size, _HEADER.size)
        intake[row] = np.frombuffer(data, "<u2", len(plan.intake), length - 2 * len(plan.intake))
        signed_off[row] = bool(signed)
    fields = {
        name: np.ascontiguousarray(items[name].T)
        for name in ("lo", "pt", "hi", "state", "evidence", "fade")
    }
    return Resolved(
        **fields,
        known=np.ascontiguousarray((items["flags"] & _KNOWN).T > 0),
        lapsed=np.ascontiguousarray((items["flags"] & _LAPSED).T > 0),
        intake=np.ascontiguousarray(intake.T),
        signed_off=signed_off,
        ages_from=np.zeros((plan.size, len(packed)), dtype=np.uint16),
        proved_until=np.zeros((plan.size, len(packed)), dtype=np.uint16),
    )


def packed_inputs(plan: Plan, batch: Batch) -> list[bytes]:
    """Return the packed inputs of each row of a batch on its `as_of`."""
    check(plan, batch)
    return pack_inputs(plan, resolve(plan, batch))


def input_hash(packed: bytes) -> bytes:
    """Return SHA-256 (32 bytes) over the packed inputs of one assessment."""
    return hashlib.sha256(packed).digest()


def digest(model: bytes, inputs: bytes, engine_version: str = ENGINE_VERSION) -> bytes:
    """Return SHA-256 (32 bytes) over model hash, input hash and engine version."""
    return hashlib.sha256(model + inputs + engine_version.encode()).digest()
