"""What a backup says of itself, and whether it is as it says.

A backup is a folder:

    manifest.json     how it was made, signed with the key that follows from AUDIT_KEY
    database.dump     the database, by pg_dump in its own format
    evidence.jsonl    each file of evidence: key, size in bytes, SHA-256
    evidence/…        the files, under their keys
"""

import hashlib
import hmac
import json
import os
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from django.conf import settings

from audit import signing
from backups.errors import BackupError

FORMAT: Final = 1
MANIFEST: Final = "manifest.json"
DATABASE: Final = "database.dump"
LIST: Final = "evidence.jsonl"
EVIDENCE: Final = "evidence"
_PIECE: Final = 1024 * 1024
Say = Callable[[str], None]


@dataclass(frozen=True)
class Part:
    """A file of the backup."""

    size: int
    sha256: str


@dataclass(frozen=True)
class Copied:
    """A file of evidence in a backup; `state` is how it was when it was copied."""

    key: str
    size: int
    sha256: str
    state: str
    """"same", or how the storage did not hold it: "missing", "changed", "unreadable"."""


def part(path: Path) -> Part:
    """Size and hash of a file."""
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(_PIECE):
            digest.update(piece)
            size += len(piece)
    return Part(size, digest.hexdigest())


def fingerprints() -> dict[str, str]:
    """Which keys go with this installation, without saying them."""
    return {
        "audit": signing.fingerprint(signing.public_key(settings.AUDIT_KEY.encode())),
        "secret": _of_secret(settings.SECRET_KEY),
    }


def readable_secrets() -> set[str]:
    """The fingerprints of every SECRET_KEY with which this installation still reads."""
    return {_of_secret(str(one)) for one in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)}


def _of_secret(key: str) -> str:
    return hmac.new(key.encode(), b"surety backup", hashlib.sha256).hexdigest()[:32]


def write(folder: Path, said: Mapping[str, Any]) -> None:
    """Sign what the backup says and write it, the last file of it."""
    signature = signing.to_text(signing.sign(settings.AUDIT_KEY.encode(), said))
    write_whole(
        folder / MANIFEST, json.dumps({**said, "signature": signature}, indent=1).encode() + b"\n"
    )


def write_whole(path: Path, content: bytes) -> None:
    """Write a file that only its owner can read, flushed to disk."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def read(folder: Path) -> dict[str, Any]:
    """What a backup says. Raises BackupError: it is none, not whole, or of an unknown format."""
    if folder.name.endswith(".part"):
        raise BackupError(f"{folder} was never finished: it is no backup.")
    try:
        said: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise BackupError(f"{folder} is no backup: it has no {MANIFEST} to read.") from error
    if said.get("surety") != "backup" or said.get("format") != FORMAT:
        raise BackupError(f"{folder} is no backup of a format that this version knows.")
    return said


def copies(folder: Path) -> Iterator[Copied]:
    """The files of evidence that a backup names."""
    with (folder / LIST).open(encoding="utf-8") as lines:
        for line in lines:
            yield Copied(**json.loads(line))


def line(one: Copied) -> bytes:
    """One of them as it is written."""
    return json.dumps(asdict(one), ensure_ascii=False).encode() + b"\n"


def prove(folder: Path, say: Say) -> dict[str, Any]:
    """Check every file of a backup against its manifest; what the manifest says.

    Raises BackupError that names the first file that is missing or not as it was written.
    """
    said = read(folder)
    for name in (DATABASE, LIST):
        _same(folder / name, Part(**said["parts"][name]))
    say(f"{DATABASE}: {said['parts'][DATABASE]['size']:,} bytes, as written.")
    checked = 0
    for one in copies(folder):
        if one.state == "same" and said["with_evidence"]:
            _same(folder / EVIDENCE / one.key, Part(one.size, one.sha256))
            checked += 1
    say(f"{EVIDENCE}: {checked:,} files, as written.")
    _signed(said, say)
    return said


def _same(path: Path, expected: Part) -> None:
    try:
        found = part(path)
    except OSError as error:
        raise BackupError(f"{path} is missing from the backup, or cannot be read.") from error
    if found != expected:
        raise BackupError(f"{path} is not as it was written: the backup is damaged.")


def _signed(said: dict[str, Any], say: Say) -> None:
    if said["keys"]["audit"] != fingerprints()["audit"]:
        say("Not checked: its signature, which is of another AUDIT_KEY than that of the settings.")
        return
    public = signing.public_key(settings.AUDIT_KEY.encode())
    plain = {name: value for name, value in said.items() if name != "signature"}
    if not signing.holds(public, plain, signing.from_text(str(said.get("signature", "")))):
        raise BackupError(f"{MANIFEST} is not as it was written: its signature does not fit.")
    say(f"{MANIFEST}: signed with this AUDIT_KEY.")
