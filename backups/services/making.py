"""Making a backup: one moment of the database, and every file that it names."""

import hashlib
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import UTC
from pathlib import Path
from typing import Any, Final

from django.core.files.storage import Storage
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder

from audit import clock
from audit.models import Event, Seal
from backups import manifest, programs
from backups.errors import BackupError
from backups.manifest import Copied, Part, Say
from vendors.models import EvidenceFile
from vendors.services import evidence_bytes

#: Tables whose rows are counted, so that a restore can be held against them.
COUNTED: Final = (
    "accounts_user",
    "audit_event",
    "audit_seal",
    "vendors_vendor",
    "vendors_evidencefile",
    "assessments_answer",
    "scoring_score",
)
_EVERY: Final = 1_000


def make(folder: Path, *, evidence: bool, say: Say) -> Path:
    """Make a backup in a new folder below `folder`; where it is. Raises BackupError.

    It is written beside and renamed when all of it is on disk, so what bears the name is whole.
    """
    name = f"surety-{clock.now().astimezone(UTC):%Y%m%dT%H%M%SZ}"
    done, draft = folder / name, folder / f"{name}.part"
    if done.exists() or draft.exists():
        raise BackupError(f"{done} exists already: try again in a second.")
    try:
        draft.mkdir(mode=0o700, parents=True)
        _fill(draft, evidence=evidence, say=say)
        draft.rename(done)
        _flush(folder)
    except OSError as error:
        shutil.rmtree(draft, ignore_errors=True)
        raise BackupError(f"The backup cannot be written: {error}.") from error
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return done


def _fill(draft: Path, *, evidence: bool, say: Say) -> None:
    with _one_moment() as snapshot:
        named = _named()
        _room_for(draft, sum(one.size for one in named) if evidence else 0)
        said = _state()
        say(f"Writing the database: {said['counts']['audit_event']:,} events …")
        dump = programs.find("pg_dump")
        programs.run(
            dump,
            [
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--snapshot={snapshot}",
                "--lock-wait-timeout=60s",
                f"--file={draft / manifest.DATABASE}",
            ],
        )
    (draft / manifest.DATABASE).chmod(0o600)
    _flush(draft / manifest.DATABASE)
    copied = _copy(draft, named, say) if evidence else named
    manifest.write_whole(draft / manifest.LIST, b"".join(manifest.line(one) for one in copied))
    parts = {name: manifest.part(draft / name) for name in (manifest.DATABASE, manifest.LIST)}
    manifest.write(
        draft,
        {
            **said,
            "parts": {name: asdict(one) for name, one in parts.items()},
            "with_evidence": evidence,
            "evidence": len(copied),
            "wrong": sum(one.state != "same" for one in copied),
        },
    )


@contextmanager
def _one_moment() -> Iterator[str]:
    """A snapshot that pg_dump and our own reading share; it has no transaction id, so it is in
    nobody's way."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = 0")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _named() -> list[Copied]:
    # What was erased by the rules of retention is not missing.
    kept = EvidenceFile.objects.filter(erased=None)
    rows = kept.order_by("key").values_list("key", "size", "sha256")
    return [Copied(key, size, digest, "same") for key, size, digest in rows.iterator(10_000)]


def _room_for(folder: Path, needed: int) -> None:
    free = shutil.disk_usage(folder).free
    if needed > free:
        raise BackupError(
            f"The files of evidence take {needed:,} bytes, and {folder} has room for {free:,}."
        )


def _state() -> dict[str, Any]:
    last = Seal.objects.order_by("-last_sequence").first()
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        counts = {}
        for table in COUNTED:
            cursor.execute(f"SELECT count(*) FROM {table}")  # noqa: S608 - names of ours
            counts[table] = cursor.fetchone()[0]
    applied = MigrationRecorder(connection).applied_migrations()
    return {
        "surety": "backup",
        "format": manifest.FORMAT,
        "made_at": clock.now().isoformat(),
        "server": version,
        "migrations": sorted([app, name] for app, name in applied),
        "record": {
            "events": Event.objects.count(),
            "sequence": last.last_sequence if last else 0,
            "seal": last.pk if last else 0,
            "hash": bytes(last.hash).hex() if last else "",
            "sealed_at": last.sealed_at.isoformat() if last else "",
        },
        "counts": counts,
        "keys": manifest.fingerprints(),
    }


def _copy(draft: Path, named: list[Copied], say: Say) -> list[Copied]:
    """Copy the files; what the storage does not hold as recorded is noted and does not stop it."""
    storage = evidence_bytes.storage()
    say(f"Copying {len(named):,} files of evidence …")
    copied = []
    for at, one in enumerate(named, start=1):
        state = _copy_one(storage, one, draft / manifest.EVIDENCE / one.key)
        if state != "same":
            say(f"{one.key} is {state} in the storage of evidence.")
        copied.append(replace(one, state=state))
        if at % _EVERY == 0:
            say(f"{at:,} of {len(named):,} files …")
    return copied


def _copy_one(storage: Storage, one: Copied, to: Path) -> str:
    for folder in (to.parent.parent, to.parent):
        # One by one: what `parents` makes is open to others.
        folder.mkdir(mode=0o700, exist_ok=True)
    digest, size = hashlib.sha256(), 0
    try:
        source = storage.open(one.key, "rb")
    except FileNotFoundError:
        return "missing"
    except evidence_bytes.BROKEN:
        return "unreadable"
    handle = os.open(to, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with source, os.fdopen(handle, "wb") as file:
        while True:
            try:
                piece = source.read(evidence_bytes.PIECE)
            except evidence_bytes.BROKEN:
                return "unreadable"
            if not piece:
                break
            digest.update(piece)
            size += len(piece)
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())
    return "same" if Part(size, digest.hexdigest()) == Part(one.size, one.sha256) else "changed"


def _flush(path: Path) -> None:
    """Have what was written, or the names in a folder, on disk before going on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
