"""Rows for PostgreSQL's binary COPY, made from whole arrays. Pure.

Every column gives its n fields as a matrix of bytes, each led by its length; the rows are the
matrices side by side, without the bytes that a shorter field (or a null) does not have.
Source: PostgreSQL documentation, "COPY", section "Binary Format".
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_TRAILER: Final = struct.pack(">h", -1)
_NULL: Final = np.frombuffer(struct.pack(">i", -1), np.uint8)


class Rows:
    """n rows that are put together column by column, in the order of the COPY statement."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._fields: list[Bytes] = []
        self._kept: list[Flags] = []

    def uuids(self, values: Bytes, null: Flags | None = None) -> Rows:
        """A column of uuids, [n, 16] bytes."""
        return self._fixed(values, null)

    def numbers(self, values: npt.NDArray[Any] | int, size: int, null: Flags | None = None) -> Rows:
        """A column of whole numbers of `size` bytes; dates are 4 (days since 2000-01-01), moments
        8 (microseconds since then), flags 1."""
        whole = np.broadcast_to(np.asarray(values), (self._count,))
        big = np.ascontiguousarray(whole.astype(f">i{size}"))
        return self._fixed(big.view(np.uint8).reshape(self._count, size), null)

    def constant(self, value: bytes) -> Rows:
        """A column that says the same in every row."""
        return self._fixed(np.tile(np.frombuffer(value, np.uint8), (self._count, 1)), None)

    def chosen(self, places: npt.NDArray[Any], words: Sequence[str]) -> Rows:
        """A column of texts, each one of `words` by its place."""
        encoded = [word.encode() for word in words]
        widest = max((len(word) for word in encoded), default=0)
        table = np.zeros((len(words), widest), dtype=np.uint8)
        for row, word in zip(table, encoded, strict=True):
            row[: len(word)] = np.frombuffer(word, np.uint8)
        lengths = np.array([len(word) for word in encoded], dtype=np.int64)
        return self._field(table[places], lengths[places], None)

    def matrix(self, values: Bytes, null: Flags | None = None) -> Rows:
        """A column of bytes, all of one length [n, w]."""
        return self._fixed(values, null)

    def blobs(self, values: Sequence[bytes], null: Flags | None = None) -> Rows:
        """A column of bytes of any lengths."""
        lengths = np.fromiter(map(len, values), dtype=np.int64, count=self._count)
        widest = int(lengths.max(initial=0))
        padded = np.zeros((self._count, widest), dtype=np.uint8)
        padded[np.arange(widest) < lengths[:, None]] = np.frombuffer(b"".join(values), np.uint8)
        return self._field(padded, lengths, null)

    def bytes(self) -> bytes:
        """The whole stream, header and trailer included."""
        count = np.broadcast_to(
            np.frombuffer(struct.pack(">h", len(self._fields)), np.uint8), (self._count, 2)
        )
        every = np.hstack([count, *self._fields])
        kept = np.hstack([np.ones((self._count, 2), dtype=np.bool_), *self._kept])
        return b"".join((_SIGNATURE, every[kept].tobytes(), _TRAILER))

    def _fixed(self, values: Bytes, null: Flags | None) -> Rows:
        lengths = np.full(self._count, values.shape[1], dtype=np.int64)
        return self._field(values, lengths, null)

    def _field(self, values: Bytes, lengths: npt.NDArray[np.int64], null: Flags | None) -> Rows:
        width = values.shape[1]
        field = np.empty((self._count, 4 + width), dtype=np.uint8)
        field[:, :4] = lengths.astype(">i4").view(np.uint8).reshape(self._count, 4)
        field[:, 4:] = values
        kept = np.ones(field.shape, dtype=np.bool_)
        if np.any(lengths < width):
            kept[:, 4:] = np.arange(width) < lengths[:, None]
        if null is not None and null.any():
            field[null, :4] = _NULL
            kept[null, 4:] = False
        self._fields.append(field)
        self._kept.append(kept)
        return self


def uuids7(count: int, milliseconds: int, chance: bytes) -> Bytes:
    """Return [n, 16] identifiers of version 7 (RFC 9562), one after the other without a gap.

    `milliseconds` since 1970, `chance`: at least 6 random bytes that tell this lot from others of
    the same millisecond. At most 2^24 of them.
    """
    ids = np.zeros((count, 16), dtype=np.uint8)
    ids[:, :6] = np.frombuffer(milliseconds.to_bytes(6, "big"), np.uint8)
    ids[:, 6] = 0x70 | (chance[0] & 0x0F)
    ids[:, 7] = chance[1]
    ids[:, 8] = 0x80 | (chance[2] & 0x3F)
    ids[:, 9:13] = np.frombuffer(bytes(chance[3:7].ljust(4, b"\0")), np.uint8)
    numbers = np.arange(count, dtype=">u4")
    ids[:, 13:] = numbers.view(np.uint8).reshape(count, 4)[:, 1:]
    return ids
