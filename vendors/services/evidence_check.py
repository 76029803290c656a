"""Whether the storage holds what the record says: every file, byte for byte, and nothing else."""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Literal

from audit import clock
from audit.errors import Refused
from vendors.models import EvidenceFile
from vendors.services import evidence_bytes

_PAGE: Final = 500
#: What is younger may belong to an upload whose row is still being written.
_SETTLED: Final = timedelta(hours=24)


@dataclass(frozen=True)
class Checked:
    """A file or left-over bytes, and how they are: "left_over" ones no row names."""

    key: str
    state: Literal["same", "missing", "changed", "unreadable", "left_over"]
    file: EvidenceFile | None = None


def check_files() -> Iterator[Checked]:
    """Every file on record, in order, its bytes hashed again."""
    after = None
    while True:
        rows = EvidenceFile.objects.filter(erased=None).select_related("evidence").order_by("pk")
        page = list((rows.filter(pk__gt=after) if after else rows)[:_PAGE])
        if not page:
            return
        for file in page:
            yield Checked(file.key, _state(file), file)
        after = page[-1].pk


def _state(file: EvidenceFile) -> Literal["same", "missing", "changed", "unreadable"]:
    digest = hashlib.sha256()
    try:
        for piece in evidence_bytes.read(file):
            digest.update(piece)
    except evidence_bytes.FileGone:
        return "missing"
    except (Refused, *evidence_bytes.BROKEN):
        return "unreadable"
    return "same" if digest.hexdigest() == file.sha256 else "changed"


def left_over(*, remove: bool = False) -> Iterator[Checked]:
    """Bytes that no row names and that are older than a day; with `remove` they are deleted."""
    storage = evidence_bytes.storage()
    try:
        folders, _files = storage.listdir("")
    except FileNotFoundError:
        return
    for folder in sorted(folders):
        _folders, names = storage.listdir(folder)
        keys = [f"{folder}/{name}" for name in sorted(names)]
        known = set(
            EvidenceFile.objects.filter(key__in=keys, erased=None).values_list("key", flat=True)
        )
        for key in keys:
            if key in known or not _settled(storage.get_modified_time(key)):
                continue
            if remove:
                evidence_bytes.discard(key)
            yield Checked(key, "left_over")


def _settled(modified: datetime) -> bool:
    return clock.now() - modified > _SETTLED
