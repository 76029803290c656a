"""The bytes of evidence: looked at, scanned, stored, read again, thrown away.

A file goes from the upload to the storage in pieces and never whole through memory. What is stored
under a key never changes.
"""

import hashlib
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import asdict, dataclass
from typing import IO, Any, Final, cast
from uuid import UUID

from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage, storages
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from audit.errors import Invalid, Refused
from audit.ids import uuid7
from vendors import file_types
from vendors.models import ErasedFile, EvidenceFile
from vendors.services import scanning

log: Final = logging.getLogger(__name__)
PIECE: Final = 256 * 1024
#: What a storage raises when it is full, away or not ours to write.
BROKEN: Final = (OSError, BotoCoreError, ClientError)


class StorageUnavailable(Refused):
    """The storage cannot be written or read now."""

    status = 503
    code = "storage_unavailable"

    def __init__(self, message: str) -> None:
        super().__init__(message, retry_after=60)


class FileGone(Refused):
    """The bytes are not where the record says."""

    status = 404
    code = "file_gone"


@dataclass(frozen=True)
class Seen:
    """A file that may be taken: what it is, its size in bytes, and its hash."""

    name: str
    content_type: str
    size: int
    sha256: str


def refused(message: str) -> Invalid:
    """The file cannot be taken; said at the field of the file."""
    return Invalid(message, errors={"file": [message]})


def look_at(file: Any) -> Seen:
    """What an uploaded file is, in one pass over its bytes. Raises Invalid at "file".

    file: as Django hands it over, or anything with `name`, `read` and `seek`. Raises
    StorageUnavailable where the disk had no room for the upload itself.
    """
    try:
        return _look_at(file)
    except OSError as error:
        raise _not_stored(error) from error


def most_in_words() -> str:
    """How large a file may be, without a decimal that is nought."""
    return re.sub(r"[.,]0(?=\D)", "", filesizeformat(settings.EVIDENCE_MAX_BYTES))


def _look_at(file: Any) -> Seen:
    name = file_types.clean_name(str(getattr(file, "name", "") or ""))
    if not name:
        raise refused(_("The file needs a name."))
    digest, size = hashlib.sha256(), 0
    file.seek(0)
    while piece := file.read(PIECE):
        size += len(piece)
        if size > settings.EVIDENCE_MAX_BYTES:
            raise refused(
                _("The file is too large. At most %(most)s can be taken.")
                % {"most": most_in_words()}
            )
        digest.update(piece)
    if not size:
        raise refused(_("The file is empty."))
    try:
        content_type = file_types.content_type_of(name, file)
    except file_types.WrongFile as error:
        raise refused(str(error)) from error
    return Seen(name, content_type, size, digest.hexdigest())


@dataclass(frozen=True)
class Stored:
    """A file that lies in the storage, and what the scanner has said of it."""

    id: UUID
    seen: Seen
    key: str
    scan: EvidenceFile.Scan

    def as_columns(self) -> dict[str, Any]:
        """The columns of its row."""
        return {"id": self.id, "key": self.key, "scan": self.scan, **asdict(self.seen)}


def store(file: Any, seen: Seen) -> Stored:
    """Scan and store it under a new key. Nothing stays behind where it is refused.

    Raises Infected, ScannerUnavailable, StorageUnavailable.
    """
    found = scanning.scan(file)
    file.seek(0)
    file_id = uuid7()
    wanted = f"{file_id.hex[-2:]}/{file_id}"
    key = wanted
    try:
        # Wrapped: a file on disk would be moved away under whoever still holds it.
        key = storage().save(wanted, File(cast("IO[bytes]", _Pieces(file)), name=seen.name))
        if storage().size(key) != seen.size:
            raise OSError(f"{key} was not stored whole")
    except BROKEN as error:
        discard(key)
        raise _not_stored(error) from error
    kept = _kept.get()
    if kept is not None:
        kept.append(key)
    return Stored(file_id, seen, key, found)


_kept: ContextVar[list[str] | None] = ContextVar("surety_kept_evidence", default=None)


@contextmanager
def discarded_on_failure() -> Iterator[None]:
    """What is stored within the block is thrown away again where the block fails.

    For a transaction around many documents: whoever stores one cannot know that it comes to naught.
    """
    keys: list[str] = []
    token = _kept.set(keys)
    try:
        yield
    except BaseException:
        for key in keys:
            discard(key)
        raise
    finally:
        _kept.reset(token)


def _not_stored(error: Exception) -> StorageUnavailable:
    log.error("Evidence cannot be stored: %s", error)
    return StorageUnavailable(
        _("The file could not be stored, so nothing was saved. Try again later.")
    )


def discard(key: str) -> None:
    """Throw bytes away that no row names; what cannot be reached is found by `check_evidence`."""
    try:
        storage().delete(key)
    except BROKEN as error:
        log.warning("%s is left over in the storage of evidence: %s", key, error)


def read(file: EvidenceFile) -> Iterator[bytes]:
    """The bytes, piece by piece; opened at once. Raises FileGone, StorageUnavailable."""
    # Also where the bytes are still there, since nobody came to throw them away.
    if ErasedFile.objects.filter(file=file.pk).exists():
        raise FileGone(
            _("This file was erased by the rules of retention. Its name and hash are kept.")
        )
    try:
        opened: IO[bytes] = storage().open(file.key, "rb")
        first = opened.read(PIECE)
    except FileNotFoundError as error:
        raise FileGone(_("This file is not in the storage any more.")) from error
    except BROKEN as error:
        log.error("Evidence cannot be read: %s", error)
        raise StorageUnavailable(_("The file cannot be read now. Try again later.")) from error
    return _rest(opened, first)


def _rest(opened: IO[bytes], piece: bytes) -> Iterator[bytes]:
    with opened:
        while piece:
            yield piece
            piece = opened.read(PIECE)


def storage() -> Storage:
    """Where the bytes are (`EVIDENCE_STORAGE`)."""
    return storages["evidence"]


class _Pieces:
    """A file that can only be read and sought in, and that whoever reads it cannot close."""

    closed = False

    def __init__(self, file: Any) -> None:
        self._file = file

    def read(self, size: int = -1) -> bytes:
        data: bytes = self._file.read(size)
        return data

    def seek(self, offset: int, whence: int = 0) -> int:
        self._file.seek(offset, whence)
        return self.tell()

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None: ...

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True
