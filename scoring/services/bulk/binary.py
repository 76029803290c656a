"""Rows for PostgreSQL's binary COPY, made from whole arrays, and read back. Pure.

Every field is led by its length; a null is the length -1 and nothing more.
Source: PostgreSQL documentation, "COPY", section "Binary Format".
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from itertools import chain
from typing import Any, Final

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]

_SIGNATURE: Final = b"PGCOPY\n\xff\r\n\0" + struct.pack(">ii", 0, 0)
_TRAILER: Final = struct.pack(">h", -1)
_NULL: Final = struct.pack(">i", -1)


class Rows:
    """n rows that are put together column by column, in the order of the COPY statement.

    Columns whose fields all have one length are kept side by side as one matrix; a row is then the
    slices of these matrices and the fields of the other columns, one after the other.
    """

    def __init__(self, count: int) -> None:
        self._count = count
        self._columns = 0
        self._matrices: list[Bytes] = []
        self._pieces: list[Sequence[bytes]] = []

    def uuids(self, values: Bytes, null: Flags | None = None) -> Rows:
        """A column of uuids, [n, 16] bytes."""
        return self.matrix(values, null)

    def numbers(self, values: npt.NDArray[Any] | int, size: int, null: Flags | None = None) -> Rows:
        """A column of whole numbers of `size` bytes; dates are 4 (days since 2000-01-01), moments
        8 (microseconds since then), flags 1."""
        whole = np.broadcast_to(np.asarray(values), (self._count,))
        big = np.ascontiguousarray(whole.astype(f">i{size}"))
        return self.matrix(big.view(np.uint8).reshape(self._count, size), null)

    def constant(self, value: bytes) -> Rows:
        """A column that says the same in every row."""
        same = np.broadcast_to(np.frombuffer(value, np.uint8), (self._count, len(value)))
        return self.matrix(same)

    def chosen(self, places: npt.NDArray[Any], words: Sequence[str]) -> Rows:
        """A column of texts, each one of `words` by its place."""
        fields = [_field(word.encode()) for word in words]
        return self._varied([fields[place] for place in places.tolist()])

    def matrix(self, values: Bytes, null: Flags | None = None) -> Rows:
        """A column of bytes, all of one length [n, w]."""
        width = values.shape[1]
        fields = np.empty((self._count, 4 + width), dtype=np.uint8)
        fields[:, :4] = np.frombuffer(struct.pack(">i", width), np.uint8)
        fields[:, 4:] = values
        if null is None or not null.any():
            self._columns += 1
            self._matrices.append(fields)
            return self
        listed = _sliced(fields)
        for row in np.flatnonzero(null).tolist():
            listed[row] = _NULL
        return self._varied(listed)

    def blobs(self, values: Sequence[bytes], null: Flags | None = None) -> Rows:
        """A column of bytes of any lengths."""
        if null is not None and null.all():
            return self._varied([_NULL] * self._count)
        lengths = {len(value) for value in values}
        if null is None and len(lengths) == 1:
            joined = np.frombuffer(b"".join(values), np.uint8)
            return self.matrix(joined.reshape(self._count, lengths.pop()))
        led = {length: length.to_bytes(4, "big") for length in lengths}
        fields = [led[len(value)] + value for value in values]
        if null is not None:
            for row in np.flatnonzero(null).tolist():
                fields[row] = _NULL
        return self._varied(fields)

    def stream(self) -> bytes:
        """All rows, with header and trailer."""
        self._settle()
        start = struct.pack(">h", self._columns)
        pieces = [[start] * self._count, *self._pieces]
        rows = chain.from_iterable(zip(*pieces, strict=True))
        return b"".join(chain((_SIGNATURE,), rows, (_TRAILER,)))

    def _varied(self, fields: Sequence[bytes]) -> Rows:
        self._settle()
        self._columns += 1
        self._pieces.append(fields)
        return self

    def _settle(self) -> None:
        """Cut the matrices that lie side by side into one piece per row."""
        if self._matrices:
            self._pieces.append(_sliced(np.hstack(self._matrices)))
            self._matrices = []


def _field(value: bytes) -> bytes:
    return len(value).to_bytes(4, "big") + value


def _sliced(matrix: Bytes) -> list[bytes]:
    data, width = matrix.tobytes(), matrix.shape[1]
    return [data[at : at + width] for at in range(0, len(data), width)] if width else []


def fields_of(stream: bytes) -> list[list[bytes | None]]:
    """Return the fields of each row of a whole stream, as `COPY … TO STDOUT (FORMAT binary)` gives
    it. Meant for a few rows with large fields."""
    rows: list[list[bytes | None]] = []
    at = len(_SIGNATURE)
    while (count := int.from_bytes(stream[at : at + 2], "big", signed=True)) >= 0:
        at += 2
        row: list[bytes | None] = []
        for _ in range(count):
            length = int.from_bytes(stream[at : at + 4], "big", signed=True)
            at += 4
            row.append(None if length < 0 else stream[at : at + length])
            at += max(length, 0)
        rows.append(row)
    return rows


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
