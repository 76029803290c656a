"""Names for what a score was made from (formula 11).

`digest` names a result by its content, it is no key: answers that go from A to B and back to A give
the first digest again.

The inputs of one assessment are packed in a fixed binary form: what the formulas saw, in the plan's
canonical order, and not the date. So a day on which nothing changed gives the same hash. There is
one form for each content, and only that form is read.

Layout version 2, little-endian, no padding:

====== ===== ========= =========================================================================
offset bytes field     meaning
====== ===== ========= =========================================================================
0      4     magic     ``SURI``
4      2     version   u16, 2
6      2     items     u16, number of items M
8      2     intake    u16, number of intake questions K
10     1     signed    u8, 1: signed off
11     2 K   intake    per intake question in the order of the keys: u16, 1/10,000; 65,535: unknown
...    2 M   items     two bytes per item in the order of the keys, see below
...    2 E   exact     u16 each: what does not fit into the two bytes, in the order of the items
====== ===== ========= =========================================================================

An item that is answered is two bytes, and up to four exact numbers:

====== ======= ==================================================================================
byte   bits    meaning
====== ======= ==================================================================================
0              0 to 100: the risk in hundredths;
               254: a range, three exact numbers lo, pt, hi follow (1/10,000, not all equal);
               255: one exact number follows, the risk (1/10,000, no whole hundredth)
1      0 to 2  state
       3, 4    evidence
       5       point value known
       6       evidence lapsed
       7       one exact number follows, after those of the risk: the fade factor (1/10,000, below
               10,000); without it the factor is 10,000
====== ======= ==================================================================================

An item that is not answered holds its state and nothing else. Layout version 1 is read too. It has
no exact numbers; its items stand before the intake, with eleven bytes each: lo u16, pt u16, hi u16,
state u8, evidence u8, flags u8 (1: point value known, 2: evidence lapsed), fade u16.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from dataclasses import fields
from itertools import pairwise
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import rfc8785

from assessments.sheet import RISK_SCALE, EvidenceLevel, State
from scoring.engine.batch import FRESH, UNKNOWN, Batch, Flags, Resolved, check, resolve
from scoring.engine.plan import Plan
from scoring.engine.rounding import Ints

#: Raised with every change of the engine that can change a result.
ENGINE_VERSION: Final = "1"

MAGIC: Final = b"SURI"
LAYOUT_VERSION: Final = 2
_HEADER: Final = struct.Struct("<4sHHHB")
_RANGE: Final = 254
_EXACT: Final = 255
_HUNDREDTH: Final = RISK_SCALE // 100
_STATE: Final = 0b0000_0111
_EVIDENCE_SHIFT: Final = 3
_EVIDENCE: Final = 0b11
_KNOWN: Final = 1 << 5
_LAPSED: Final = 1 << 6
_FADED: Final = 1 << 7

#: An item of layout version 1.
_ITEM_1: Final = np.dtype(
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
_KNOWN_1: Final = 1
_LAPSED_1: Final = 2

#: The exact numbers of an item in their order; number k has bit 1 << k.
_FOLLOWS: Final = ("lo", "pt", "hi", "fade")
_FOLLOWS_PT: Final = np.uint8(2)
_FOLLOWS_RANGE: Final = np.uint8(7)
_FOLLOWS_FADE: Final = np.uint8(8)
#: For each sum of bits, [16, 4] which numbers follow, [16] how many, [4, 16] how many before each.
_BITS: Final = (np.arange(16)[:, None] >> np.arange(4) & 1).astype(np.bool_)
_MANY: Final[Ints] = _BITS.sum(axis=1)
_BEFORE: Final[Ints] = np.ascontiguousarray((np.cumsum(_BITS, axis=1) - _BITS).T)
#: [256] the bits that a risk byte asks for.
_RISK_FOLLOWS: Final = np.zeros(256, dtype=np.uint8)
_RISK_FOLLOWS[_RANGE] = _FOLLOWS_RANGE
_RISK_FOLLOWS[_EXACT] = _FOLLOWS_PT

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint16]


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
    count = len(resolved.signed_off)
    fixed = np.empty((count, _HEADER.size + 2 * (len(plan.intake) + plan.size)), dtype=np.uint8)
    header = _HEADER.pack(MAGIC, LAYOUT_VERSION, plan.size, len(plan.intake), False)
    fixed[:, : _HEADER.size] = np.frombuffer(header, dtype=np.uint8)
    fixed[:, _HEADER.size - 1] = resolved.signed_off
    words = np.empty((count, len(plan.intake) + plan.size), dtype="<u2")
    words[:, : len(plan.intake)] = resolved.intake.T
    items, extra = _coded(plan, resolved)
    words[:, len(plan.intake) :] = items.T
    fixed[:, _HEADER.size :] = words.view(np.uint8)
    exact, ends = _exact(resolved, np.ascontiguousarray(extra.T))
    body, width = fixed.tobytes(), fixed.shape[1]
    return [
        body[at * width : (at + 1) * width] + exact[start:end]
        for at, (start, end) in enumerate(pairwise(ends.tolist()))
    ]


def _coded(plan: Plan, resolved: Resolved) -> tuple[Words, Bytes]:
    """[M, n] the two bytes of each item as a word, and which exact numbers it has besides (bits of
    `_FOLLOWS`)."""
    pt = resolved.pt
    code = pt // _HUNDREDTH
    fine = code * _HUNDREDTH != pt
    code |= np.uint16(_EXACT) * fine
    faded = resolved.answered & (resolved.fade != FRESH)
    extra = fine.view(np.uint8) * _FOLLOWS_PT
    extra |= faded.view(np.uint8) * _FOLLOWS_FADE
    ranged = plan.ranged
    if len(ranged):
        wide = (resolved.lo[ranged] != pt[ranged]) | (resolved.hi[ranged] != pt[ranged])
        code[ranged] = np.where(wide, _RANGE, code[ranged])
        extra[ranged] |= wide * _FOLLOWS_RANGE
    meta = resolved.evidence << _EVIDENCE_SHIFT
    meta |= resolved.state
    meta |= resolved.known.view(np.uint8) * np.uint8(_KNOWN)
    meta |= resolved.lapsed.view(np.uint8) * np.uint8(_LAPSED)
    meta |= faded.view(np.uint8) * np.uint8(_FADED)
    code |= meta.astype(np.uint16) << 8
    return code, extra


def _exact(resolved: Resolved, extra: Bytes) -> tuple[bytes, Ints]:
    """The exact numbers of all rows one after the other, and [n + 1] where each row's begin."""
    count, size = extra.shape
    found = np.flatnonzero(extra)
    here = extra.reshape(-1)[found]
    many = _MANY.take(here)
    ends = np.concatenate([[0], np.cumsum(many)])
    each = np.count_nonzero(extra, axis=1)
    # The place of each cell in an [M, n] array.
    cells = found * count - np.repeat(np.arange(count), each) * (size * count - 1)
    numbers = np.empty(ends[-1], dtype="<u2")
    for number, name in enumerate(_FOLLOWS):
        at = np.flatnonzero(here & np.uint8(1 << number))
        places = ends[at] + _BEFORE[number].take(here[at])
        numbers[places] = getattr(resolved, name).reshape(-1)[cells[at]]
    return numbers.tobytes(), 2 * ends[np.concatenate([[0], np.cumsum(each)])]


def unpack_inputs(plan: Plan, packed: Sequence[bytes]) -> Resolved:
    """Read stored inputs back, of any layout version, for `evaluate.score`. Raises InputsError.

    The dates are not in there, so nothing is known of the next change.
    """
    versions = [_version(plan, data) for data in packed]
    parts: list[Resolved] = []
    order: list[int] = []
    for version, read in ((1, _unpacked_1), (LAYOUT_VERSION, _unpacked)):
        rows = [row for row, found in enumerate(versions) if found == version]
        if rows or (version == LAYOUT_VERSION and not packed):
            order += rows
            parts.append(read(plan, [packed[row] for row in rows]))
            _check(plan, parts[-1])
    if len(parts) == 1:
        return parts[0]
    joined = {
        field.name: np.concatenate([getattr(part, field.name) for part in parts], axis=-1)
        for field in fields(Resolved)
    }
    return Resolved(**joined).take(np.argsort(order))


def _version(plan: Plan, data: bytes) -> int:
    if len(data) < _HEADER.size:
        raise InputsError(f"{len(data)} bytes are too few for stored inputs")
    magic, version, size, questions, signed = _HEADER.unpack_from(data)
    if magic != MAGIC or version not in {1, LAYOUT_VERSION}:
        raise InputsError("the bytes are not stored inputs of a version known here")
    if (size, questions) != (plan.size, len(plan.intake)):
        raise InputsError("the inputs were stored for another plan")
    each = _ITEM_1.itemsize if version == 1 else 2
    least = _HEADER.size + plan.size * each + 2 * len(plan.intake)
    if len(data) < least or (version == 1 and len(data) > least):
        raise InputsError(f"{len(data)} bytes: the inputs are cut short or have a tail")
    if signed > 1:
        raise InputsError(f"signed off is {signed}, neither 0 nor 1")
    return int(version)


def _unpacked(plan: Plan, packed: Sequence[bytes]) -> Resolved:
    count, questions = len(packed), len(plan.intake)
    start = _HEADER.size + 2 * questions
    width = start + 2 * plan.size
    table = np.frombuffer(b"".join(data[:width] for data in packed), dtype=np.uint8)
    table = table.reshape(count, width)
    code, meta = table[:, start::2], table[:, start + 1 :: 2]
    extra = _RISK_FOLLOWS[code] | (meta >= _FADED) * _FOLLOWS_FADE
    found = np.flatnonzero(extra)
    present = _BITS[extra.reshape(-1)[found]]
    due = 2 * np.bincount(
        found // max(plan.size, 1), weights=present.sum(axis=1), minlength=count
    ).astype(np.int64)
    for row in np.flatnonzero(due != [len(data) - width for data in packed]).tolist():
        raise InputsError(
            f"{len(packed[row]) - width} bytes follow the items where {due[row]} are due"
        )
    numbers = np.zeros(present.shape, dtype=np.uint16)
    numbers[present] = np.frombuffer(b"".join(data[width:] for data in packed), dtype="<u2")
    # One exact risk stands for all three.
    numbers[:, 0] = np.where(present[:, 0], numbers[:, 0], numbers[:, 1])
    numbers[:, 2] = np.where(present[:, 2], numbers[:, 2], numbers[:, 1])
    present[:, 0] = present[:, 2] = present[:, 1]
    state = meta & _STATE
    risk = np.minimum(code, 100) * np.uint16(_HUNDREDTH)
    fade = (state == State.ANSWERED) * np.uint16(FRESH)
    exact = dict(zip(_FOLLOWS, (risk, risk.copy(), risk.copy(), fade), strict=True))
    for column, values in enumerate(exact.values()):
        here = present[:, column]
        values.reshape(-1)[found[here]] = numbers[here, column]
    result = _resolved(
        {name: values.T for name, values in exact.items()}
        | {"state": state.T, "evidence": (meta.T >> _EVIDENCE_SHIFT) & _EVIDENCE},
        known=meta.T & _KNOWN > 0,
        lapsed=meta.T & _LAPSED > 0,
        intake=table[:, _HEADER.size : start],
        signed=table[:, _HEADER.size - 1],
    )
    # Whatever could be said in another way is no form of this layout.
    if pack_inputs(plan, result) != list(packed):
        raise InputsError("the bytes are not the one form of their content")
    return result


def _unpacked_1(plan: Plan, packed: Sequence[bytes]) -> Resolved:
    table = np.frombuffer(b"".join(packed), dtype=np.uint8).reshape(len(packed), -1)
    start, middle = _HEADER.size, _HEADER.size + plan.size * _ITEM_1.itemsize
    items = np.ascontiguousarray(table[:, start:middle]).view(_ITEM_1)
    if np.any(items["flags"] > _KNOWN_1 | _LAPSED_1):
        raise InputsError("an item has flags without a meaning")
    return _resolved(
        {name: items[name].T for name in ("lo", "pt", "hi", "state", "evidence", "fade")},
        known=items["flags"].T & _KNOWN_1 > 0,
        lapsed=items["flags"].T & _LAPSED_1 > 0,
        intake=table[:, middle:],
        signed=table[:, start - 1],
    )


def _resolved(
    values: dict[str, npt.NDArray[Any]],
    *,
    known: Flags,
    lapsed: Flags,
    intake: Bytes,
    signed: Bytes,
) -> Resolved:
    none = np.zeros(known.shape, dtype=np.uint16)
    words = np.ascontiguousarray(intake).view("<u2")
    return Resolved(
        **{
            name: np.ascontiguousarray(value, dtype=value.dtype.newbyteorder("="))
            for name, value in values.items()
        },
        known=np.ascontiguousarray(known),
        lapsed=np.ascontiguousarray(lapsed),
        intake=np.ascontiguousarray(words.T, dtype=np.uint16),
        signed_off=signed > 0,
        ages_from=none,
        proved_until=none,
    )


def _check(plan: Plan, found: Resolved) -> None:
    """Raise InputsError, naming the item, for anything that `batch.resolve` cannot give."""
    answered = found.answered
    anything = found.hi | found.evidence | found.fade | found.known | found.lapsed
    apart = (found.lo != found.pt) | (found.hi != found.pt) | (found.known != answered)
    for what, wrong in (
        ("the state has no meaning", found.state > max(State)),
        ("a risk or a fade factor is above 10,000", np.maximum(found.hi, found.fade) > RISK_SCALE),
        ("a risk lies outside its own range", (found.lo > found.pt) | (found.pt > found.hi)),
        ("the evidence level has no meaning", found.evidence > max(EvidenceLevel)),
        ("it is not answered, yet more than that is stored", ~answered & (anything > 0)),
        ("evidence that has lapsed still counts", found.lapsed & (found.evidence > 0)),
        ("only an indicator has a range", apart & ~plan.is_indicator[:, None]),
    ):
        if wrong.any():
            item, row = np.argwhere(wrong)[0]
            raise InputsError(f"item '{plan.item_keys[item]}', row {row}: {what}")
    if np.any((found.intake > RISK_SCALE) & (found.intake != UNKNOWN)):
        raise InputsError("an intake risk is above 10,000 and not unknown")


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


def digests(
    model: bytes, packed: Sequence[bytes], engine_version: str = ENGINE_VERSION
) -> list[bytes]:
    """Return the `digest` of each of many packed inputs of one plan."""
    sha256 = hashlib.sha256
    start, tail = sha256(model), engine_version.encode()
    found = []
    for inputs in packed:
        name = start.copy()
        name.update(sha256(inputs).digest() + tail)
        found.append(name.digest())
    return found
