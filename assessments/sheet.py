"""The sheet: every answer of one assessment resolved to numbers, as one small block of bytes.

Answer rows are the record; the sheet is written in the same transaction and is what the scoring
engine reads, so that scoring many assessments is reading many byte blocks into one array.

Binary layout, version 2, little-endian, no padding between fields:

====== ===== =========== ====================================================================
offset bytes field       meaning
====== ===== =========== ====================================================================
0      4     magic       ``SURS``
4      2     version     u16, 2
6      2     count       u16, number of items n
8      8     layout      first 8 bytes of SHA-256 over the item keys in order, each in UTF-8
                         and followed by one NUL byte
16     6 n   cells       n cells in the order of the keys
====== ===== =========== ====================================================================

A cell is six bytes:

====== ===== =========== ====================================================================
0      2     risk        u16, 1/10,000: 0 is best, 10,000 is worst
2      1     state       u8, :class:`State`
3      1     evidence    u8, :class:`EvidenceLevel`; 128 is added where ``valid_until`` is the
                         day on which the evidence expires, not the end of the answer's period
4      2     valid_until u16, days since 2000-01-01, the last day the answer holds; 0 = no end
====== ===== =========== ====================================================================

Only an answered cell carries a risk, an evidence level and a date. ``pack`` writes zeros for all
others, so that equal answers always give equal bytes and therefore equal digests.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from datetime import date, timedelta
from enum import IntEnum
from typing import Final

import numpy as np
import numpy.typing as npt


class State(IntEnum):
    """What is known about an item. The numbers are stored: never renumber them."""

    BLANK = 0
    ANSWERED = 1
    DONT_KNOW = 2
    DECLINED = 3
    NA_PENDING = 4
    NA_APPROVED = 5
    HIDDEN = 6


class EvidenceLevel(IntEnum):
    """How well an answer is proved. The numbers are stored: never renumber them."""

    SELF_DECLARED = 0
    DOCUMENT = 1
    REVIEWER_VERIFIED = 2
    INDEPENDENT = 3


#: Risks are whole numbers of 1/10,000.
RISK_SCALE: Final = 10_000
MAGIC: Final = b"SURS"
LAYOUT_VERSION: Final = 2
#: Day 0 of ``valid_until``; the number 0 itself means "holds without end".
EPOCH: Final = date(2000, 1, 1)
LAST_DAY: Final = 0xFFFF

#: A cell as it is stored.
STORED_DTYPE: Final = np.dtype(
    [("risk", "<u2"), ("state", "u1"), ("evidence", "u1"), ("valid_until", "<u2")]
)
#: A cell as it is worked with: the evidence level and its flag apart.
CELL_DTYPE: Final = np.dtype([*STORED_DTYPE.descr, ("dated", "?")])
#: Stands in the stored evidence beside the level.
DATED: Final = 0x80
_HEADER: Final = struct.Struct("<4sHH8s")
#: Bytes before the cells.
HEADER_SIZE: Final = _HEADER.size

Cells = npt.NDArray[np.void]
"""One-dimensional array of :data:`CELL_DTYPE` (from :func:`loosen` any shape)."""


class SheetError(ValueError):
    """A sheet cannot be written or read."""


class InvalidCell(SheetError):
    """A cell holds a number outside its range."""


class NotASheet(SheetError):
    """The bytes do not start with the magic, are cut short, or have a tail."""


class UnknownLayoutVersion(SheetError):
    """The bytes were written by a layout this code does not know."""


class LayoutMismatch(SheetError):
    """The bytes belong to other item keys, or to the same keys in another order."""


def layout_hash(keys: Sequence[str]) -> bytes:
    """Return the 8 bytes that name an ordered list of item keys."""
    return hashlib.sha256(b"".join(key.encode() + b"\0" for key in keys)).digest()[:8]


def blank(count: int) -> Cells:
    """Return ``count`` cells, none of them answered."""
    return np.zeros(count, dtype=CELL_DTYPE)


def day_number(day: date | None) -> int:
    """Return ``day`` as stored in ``valid_until``; None (no end) is 0.

    Days before 2000-01-02 become 1 and days after 2179-06-06 become 65,535: an end that far off
    in either direction only says "over" or "not in our time".
    """
    if day is None:
        return 0
    return min(max((day - EPOCH).days, 1), LAST_DAY)


def day_from_number(number: int) -> date | None:
    """Return the date that ``day_number`` stored, or None for 0."""
    return EPOCH + timedelta(days=int(number)) if number else None


def canonical(cells: Cells) -> Cells:
    """Return a copy in which cells that are not answered hold nothing but their state.

    Raises InvalidCell for a wrong dtype or shape and for numbers out of range.
    """
    if cells.dtype != CELL_DTYPE or cells.ndim != 1:
        raise InvalidCell(
            f"A sheet is a one-dimensional array of {CELL_DTYPE}, not {cells.ndim}-d {cells.dtype}."
        )
    for field, largest in (
        ("risk", RISK_SCALE),
        ("state", max(State)),
        ("evidence", max(EvidenceLevel)),
    ):
        wrong = np.flatnonzero(cells[field] > largest)
        if wrong.size:
            at = int(wrong[0])
            raise InvalidCell(
                f"Cell {at}: {field} is {int(cells[field][at])}, allowed are 0 to {int(largest)}."
            )
    result: Cells = cells.copy()
    unanswered = result["state"] != State.ANSWERED
    for field in ("risk", "evidence", "valid_until", "dated"):
        result[field][unanswered] = 0
    result["dated"][result["valid_until"] == 0] = False
    return result


def loosen(stored: npt.NDArray[np.void]) -> Cells:
    """Return stored cells of any shape as they are worked with."""
    cells: Cells = np.empty(stored.shape, dtype=CELL_DTYPE)
    for field in ("risk", "state", "valid_until"):
        cells[field] = stored[field]
    cells["evidence"] = stored["evidence"] & ~np.uint8(DATED)
    cells["dated"] = stored["evidence"] & DATED
    return cells


def _tighten(cells: Cells) -> npt.NDArray[np.void]:
    stored = np.empty(cells.shape, dtype=STORED_DTYPE)
    for field in ("risk", "state", "valid_until"):
        stored[field] = cells[field]
    stored["evidence"] = cells["evidence"] | (cells["dated"] * np.uint8(DATED))
    return stored


def header(keys: Sequence[str]) -> bytes:
    """Return the first 16 bytes of every sheet of these item keys, in this order."""
    return _HEADER.pack(MAGIC, LAYOUT_VERSION, len(keys), layout_hash(keys))


def pack(cells: Cells, keys: Sequence[str]) -> bytes:
    """Return the sheet of ``cells`` (shape n) for the n item ``keys``, in the same order.

    Raises LayoutMismatch when the counts differ, SheetError for too many or repeated keys, and
    InvalidCell for numbers out of range.
    """
    if len(cells) != len(keys):
        raise LayoutMismatch(f"There are {len(cells)} cells for {len(keys)} item keys.")
    if len(keys) > 0xFFFF:
        raise SheetError(f"A sheet holds at most 65,535 items, not {len(keys)}.")
    if len(set(keys)) != len(keys):
        raise SheetError("An item key is repeated.")
    return header(keys) + _tighten(canonical(cells)).tobytes()


def unpack(data: bytes | memoryview, keys: Sequence[str]) -> Cells:
    """Return the cells (shape n, writable) of a sheet packed for exactly these ``keys``.

    Raises NotASheet, UnknownLayoutVersion, LayoutMismatch or InvalidCell.
    """
    data = bytes(data)
    if len(data) < _HEADER.size:
        raise NotASheet(f"{len(data)} bytes are too few for a sheet.")
    magic, version, count, layout = _HEADER.unpack_from(data)
    if magic != MAGIC:
        raise NotASheet("The bytes do not start like a sheet.")
    if version != LAYOUT_VERSION:
        raise UnknownLayoutVersion(
            f"The sheet has layout version {version}; this release reads {LAYOUT_VERSION}."
        )
    expected = _HEADER.size + count * STORED_DTYPE.itemsize
    if len(data) != expected:
        raise NotASheet(f"A sheet of {count} items has {expected} bytes, not {len(data)}.")
    if count != len(keys) or layout != layout_hash(keys):
        raise LayoutMismatch(
            "The sheet was written for other questions, or for the same ones in another order."
        )
    return canonical(loosen(np.frombuffer(data, dtype=STORED_DTYPE, offset=_HEADER.size)))
