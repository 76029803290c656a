"""Files of exports: written from PostgreSQL at constant memory, stored, read again, erased.

Rows go from the database to a temporary file in pieces, hashed and packed on the way, and from
there to the storage.
"""

import logging
import tempfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import IO, Any, Final

from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.db import connection
from django.utils.translation import gettext as _

from scoring.models import Export
from scoring.services import export_book
from vendors.services.evidence_bytes import BROKEN, StorageUnavailable

log: Final = logging.getLogger(__name__)
PIECE: Final = 64 * 1024
_GZIP: Final = 16 + zlib.MAX_WBITS


@dataclass(frozen=True)
class Made:
    """What was written: rows, and size and SHA-256 of the content and of the stored file."""

    rows: int
    size: int
    sha256: str
    stored_size: int
    stored_sha256: str


class Gone(Exception):
    """The file is not in the storage."""


class _Rows:
    """Takes the rows of a COPY, one per call, and hands them on in larger pieces."""

    def __init__(self, take: Callable[[bytes], object], watch: Callable[[int], None]) -> None:
        self._take, self._watch = take, watch
        self._waiting: list[bytes] = []
        self._bytes = 0
        self.rows = 0

    def write(self, row: bytes) -> None:
        """One row, or the head of a CSV file."""
        self._waiting.append(row)
        self._bytes += len(row)
        self.rows += 1
        if self._bytes >= PIECE:
            self.flush()
            self._watch(self.rows)

    def flush(self) -> None:
        """Hand on what waits."""
        self._take(b"".join(self._waiting))
        self._waiting.clear()
        self._bytes = 0


class _Packed:
    """Hashes and counts content, and writes it to `file` in gzip, itself hashed and counted."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        # Level 1 packs JSON and CSV to an eighth; more takes longer than PostgreSQL does.
        self._packing = zlib.compressobj(1, zlib.DEFLATED, _GZIP)
        self._content, self._stored = sha256(), sha256()
        self._size = self._stored_size = 0

    def take(self, piece: bytes) -> None:
        """More content."""
        self._content.update(piece)
        self._size += len(piece)
        self._write(self._packing.compress(piece))

    def _write(self, packed: bytes) -> None:
        self._stored.update(packed)
        self._stored_size += len(packed)
        self._file.write(packed)

    def end(self, rows: int) -> Made:
        """Write what is left; return what was made."""
        self._write(self._packing.flush())
        return Made(
            rows,
            self._size,
            self._content.hexdigest(),
            self._stored_size,
            self._stored.hexdigest(),
        )


def write(export: Export, copy: str, file: IO[bytes], watch: Callable[[int], None]) -> Made:
    """Run `copy` and write what it yields to `file`, as the format wants it.

    `watch` is told now and then, and at the end, how many rows there are; what it raises ends the
    writing. Before the end the connection is closed then: the rest of the rows is on its way.
    """
    if export.format == Export.Format.XLSX:
        with export_book.sheet(export, file) as take:
            rows = _copy(copy, take, watch)
        return _of_book(file, rows)
    packed = _Packed(file)
    rows = _copy(copy, packed.take, watch)
    return packed.end(rows - 1 if export.format == Export.Format.CSV else rows)


def _copy(copy: str, take: Callable[[bytes], object], watch: Callable[[int], None]) -> int:
    rows = _Rows(take, watch)
    with connection.cursor() as cursor:
        try:
            cursor.copy_expert(copy, rows)
        except BaseException:
            connection.close()
            raise
    rows.flush()
    watch(rows.rows)
    return rows.rows


def _of_book(file: IO[bytes], rows: int) -> Made:
    digest, size = sha256(), 0
    file.seek(0)
    while piece := file.read(PIECE):
        digest.update(piece)
        size += len(piece)
    found = digest.hexdigest()
    return Made(rows, size, found, size, found)


def temporary() -> IO[bytes]:
    """A file that is gone when it is closed."""
    return tempfile.TemporaryFile()


def store(wanted: str, file: IO[bytes], size: int) -> str:
    """Put a file into the storage under a name; return its key. Raises StorageUnavailable."""
    key = wanted
    file.seek(0)
    try:
        key = storage().save(wanted, File(file, name=wanted))
        if storage().size(key) != size:
            raise OSError(f"{key} was not stored whole")
    except BROKEN as error:
        discard(key)
        log.error("A file cannot be stored: %s", error)
        raise StorageUnavailable(_("The file could not be stored.")) from error
    return key


def discard(key: str) -> bool:
    """Erase a stored file; whether it is gone."""
    try:
        storage().delete(key)
    except BROKEN as error:
        log.warning("%s cannot be erased from the storage of exports: %s", key, error)
        return False
    return True


def read(export: Export, *, packed: bool) -> Iterator[bytes]:
    """The content in pieces, opened at once; `packed`: as it is stored, in gzip.

    Raises Gone, StorageUnavailable.
    """
    as_stored = read_stored(export.key)
    return as_stored if packed or export.format == Export.Format.XLSX else _unpacked(as_stored)


def read_stored(key: str) -> Iterator[bytes]:
    """A stored file as it is, in pieces, opened at once. Raises Gone, StorageUnavailable."""
    try:
        opened: IO[bytes] = storage().open(key, "rb")
        first = opened.read(PIECE)
    except FileNotFoundError as error:
        raise Gone from error
    except BROKEN as error:
        log.error("A file cannot be read: %s", error)
        raise StorageUnavailable(_("The file cannot be read now. Try again later.")) from error
    return _pieces(opened, first)


def _pieces(opened: IO[bytes], piece: bytes) -> Iterator[bytes]:
    with opened:
        while piece:
            yield piece
            piece = opened.read(PIECE)


def _unpacked(pieces: Iterator[bytes]) -> Iterator[bytes]:
    unpacking = zlib.decompressobj(_GZIP)
    for piece in pieces:
        waiting: Any = piece
        while waiting:
            yield unpacking.decompress(waiting, PIECE)
            waiting = unpacking.unconsumed_tail
    yield unpacking.flush()


def storage() -> Storage:
    """Where the files are (`EXPORT_STORAGE`)."""
    return storages["exports"]
