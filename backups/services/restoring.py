"""Bringing a backup back: into an empty installation, or in the place of what is there."""

import json
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.files.base import File
from django.core.files.storage import Storage
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from accounts import events
from accounts.principal import SYSTEM
from accounts.selectors.installation import INSTALLATION
from audit import clock, seal
from audit.models import Seal
from audit.record import record
from backups import manifest, programs
from backups.errors import BackupError
from backups.manifest import Copied, Part, Say
from vendors.services import evidence_bytes

_EVERY: Final = 1_000
_TABLES: Final = """
SELECT count(*) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p')
"""
_OTHERS: Final = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


def restore(folder: Path, *, replace: bool, go_back: bool, say: Say) -> None:
    """Bring the backup in `folder` back, and note it in the record. Raises BackupError.

    Everything that could speak against it is looked at before anything is written: whether the
    backup is whole, the keys are its own, this version knows its migrations, the installation is
    empty (or `replace`), and the anchor file knows nothing later (or `go_back`).
    The database comes back in one transaction: all of it, or nothing.
    """
    said = manifest.prove(folder, say)
    _keys_fit(said)
    _is_known(said)
    known = _known_outside()
    _ready_database(replace=replace)
    _ready_storage(said, replace=replace)
    _may_go_back(said, known=known, go_back=go_back)
    say("Restoring the database …")
    _load(folder / manifest.DATABASE, replace=replace)
    _counts_fit(said)
    _put_back(folder, said, say)
    say("Bringing the schema up to date …")
    call_command("migrate", interactive=False, verbosity=0)
    _begin_anchor(said, known=known)
    _note(said, known=known)


def recovered(*, go_back: bool) -> None:
    """Note that PostgreSQL itself has brought the database back to a moment. Raises BackupError.

    The anchor file goes on from there: a new one, where the old one knows what was taken back.
    """
    last = Seal.objects.order_by("-last_sequence").first()
    said = {
        "made_at": clock.now().isoformat(),
        "record": {
            "sequence": last.last_sequence if last else 0,
            "seal": last.pk if last else 0,
            "hash": bytes(last.hash).hex() if last else "",
            "sealed_at": last.sealed_at.isoformat() if last else "",
        },
    }
    known = _known_outside()
    _may_go_back(said, known=known, go_back=go_back)
    _begin_anchor(said, known=known)
    _note(said, known=known)


def _may_go_back(said: dict[str, Any], *, known: int, go_back: bool) -> None:
    reached = int(said["record"]["sequence"])
    if known > reached and not go_back:
        raise BackupError(
            f"The anchor file {settings.AUDIT_ANCHOR_FILE} knows event no. {known}, and this "
            f"backup ends with no. {reached}: what happened in between would be lost. Say "
            "--go-back if that is meant."
        )


def _keys_fit(said: dict[str, Any]) -> None:
    if said["keys"]["audit"] != manifest.fingerprints()["audit"]:
        raise BackupError(
            "AUDIT_KEY is not the key that this backup was sealed with: its record could not be "
            "proved, and what comes next would not fit. Set the key of that installation "
            "(python -m backups.keys opens a file of keys)."
        )
    if said["keys"]["secret"] not in manifest.readable_secrets():
        raise BackupError(
            "SECRET_KEY is not that of the installation this backup is of: secrets of webhooks, "
            "letters that wait and second factors could not be read. Set that key, or name it in "
            "SECRET_KEY_FALLBACKS."
        )


def _is_known(said: dict[str, Any]) -> None:
    here = set(MigrationLoader(None).disk_migrations)
    ours = {app for app, _name in here}
    unknown = [f"{app}.{name}" for app, name in said["migrations"] if (app, name) not in here]
    unknown = [one for one in unknown if one.partition(".")[0] in ours]
    if unknown:
        raise BackupError(
            f"This backup is of a newer version: {unknown[0]} is not known here. Restore it with "
            "that version."
        )


def _known_outside() -> int:
    """The last event that the anchor file of this machine knows; 0 without one."""
    known = 0
    for value in _anchors(Path(settings.AUDIT_ANCHOR_FILE)):
        known = max(known, int(value.get("sequence", 0)))
    return known


def _anchors(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        return
    with path.open("rb") as file:
        for raw in file:
            try:
                value = json.loads(raw)
            except ValueError:
                continue
            if isinstance(value, dict):
                yield value


def _ready_database(*, replace: bool) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_TABLES)
        tables = cursor.fetchone()[0]
        if tables and not replace:
            raise BackupError(
                f"The database {connection.settings_dict['NAME']} is not empty ({tables} tables). "
                "Make an empty one, or say --replace to have everything in it replaced."
            )
        cursor.execute(_OTHERS)
        others = cursor.fetchone()[0]
    if tables and others:
        raise BackupError(
            f"{others} others use the database {connection.settings_dict['NAME']}: stop web, the "
            "workers and beat first."
        )


def _ready_storage(said: dict[str, Any], *, replace: bool) -> None:
    if said["with_evidence"] and not replace and not _is_empty(evidence_bytes.storage()):
        raise BackupError(
            "The storage of evidence (EVIDENCE_STORAGE) is not empty. Name an empty one, or say "
            "--replace to have its files replaced by those of the backup."
        )


def _is_empty(storage: Storage) -> bool:
    try:
        folders, names = storage.listdir("")
    except FileNotFoundError:
        return True
    return not folders and not names


def _load(dump: Path, *, replace: bool) -> None:
    loader = programs.find("pg_restore")
    options: list[str | Path] = ["--no-owner", "--no-privileges", "--exit-on-error"]
    name = connection.settings_dict["NAME"]
    reader = programs.find("psql") if replace else None
    connection.close()
    if reader is None:
        programs.run(loader, [*options, "--single-transaction", f"--dbname={name}", dump])
        return
    fresh = "DROP SCHEMA public CASCADE; CREATE SCHEMA public;"
    programs.run(
        loader,
        [*options, "--file=-", dump],
        into=[
            *(reader, "--no-psqlrc", "--quiet", "--output=/dev/null", "--single-transaction"),
            *("--set=ON_ERROR_STOP=1", f"--command={fresh}", "--file=-"),
        ],
    )


def _counts_fit(said: dict[str, Any]) -> None:
    with connection.cursor() as cursor:
        for table, expected in said["counts"].items():
            cursor.execute(f"SELECT count(*) FROM {connection.ops.quote_name(table)}")  # noqa: S608
            found = cursor.fetchone()[0]
            if found != expected:
                raise BackupError(
                    f"{table} has {found:,} rows after the restore, and had {expected:,}."
                )
    last = Seal.objects.order_by("-last_sequence").first()
    if last is not None and bytes(last.hash).hex() != said["record"]["hash"]:
        raise BackupError("The last seal of the restored record is not the one of the backup.")


def _put_back(folder: Path, said: dict[str, Any], say: Say) -> None:
    if not said["with_evidence"]:
        say("This backup holds no files of evidence: bring them back by other means.")
        return
    storage = evidence_bytes.storage()
    say(f"Restoring {said['evidence']:,} files of evidence …")
    for at, one in enumerate(manifest.copies(folder), start=1):
        if one.state == "same":
            _put(storage, one, folder / manifest.EVIDENCE / one.key)
        else:
            say(f"{one.key} was {one.state} when the backup was made.")
        if at % _EVERY == 0:
            say(f"{at:,} files …")


def _put(storage: Storage, one: Copied, source: Path) -> None:
    try:
        if storage.exists(one.key):
            storage.delete(one.key)
        with source.open("rb") as file:
            # Wrapped: a file on disk would be moved out of the backup.
            key = storage.save(one.key, File(file, name=source.name))
        if key != one.key or Part(storage.size(key), one.sha256) != Part(one.size, one.sha256):
            raise OSError(f"{one.key} was not stored whole")
    except evidence_bytes.BROKEN as error:
        raise BackupError(
            f"The storage of evidence did not take {one.key}: {error}. The database is restored; "
            "once the storage is mended, restore again with --replace."
        ) from error


def _begin_anchor(said: dict[str, Any], *, known: int) -> None:
    """A new anchor file that begins with the state of the backup; the old one stays beside it."""
    path = Path(settings.AUDIT_ANCHOR_FILE)
    at = said["record"]
    if known > at["sequence"]:
        moment = f"{clock.now():%Y%m%dT%H%M%SZ}"
        path.rename(path.with_name(f"{path.name}.before-restore-{moment}"))
    if at["seal"] and not path.exists():
        told = {name: at[name] for name in ("seal", "sequence", "hash", "sealed_at")}
        seal.append_to_anchor(json.dumps(told))


@transaction.atomic
def _note(said: dict[str, Any], *, known: int) -> None:
    record(
        events.DatabaseRestored(
            aggregate_id=INSTALLATION,
            made_at=datetime.fromisoformat(said["made_at"]),
            reached=said["record"]["sequence"],
            known=known,
        ),
        by=SYSTEM,
    )
