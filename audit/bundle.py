"""Proving a bundle of the record: a file that `manage.py export_record` wrote.

Needs no database, no settings and no Django, so an auditor can do it on a machine of their own with
the folder `audit` and the packages rfc8785 and cryptography:

    python -m audit.bundle FILE [--anchor FILE] [--letter FILE …] [--public-key KEY]
"""

import argparse
import gzip
import json
import sqlite3
import sys
import zlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import IO, Any, Final, NamedTuple

from audit import checkpoint_text, signing
from audit.bundle_chain import FORMAT, Chain, Wrong, signed_end
from audit.checkpoint_text import Figures

_GZIP: Final = b"\x1f\x8b"


class NotABundle(Exception):
    """The file is nothing that can be verified. The message is a sentence."""


@dataclass(frozen=True)
class Report:
    """What was found. `wrong` is None when everything holds."""

    events: int
    seals: int
    checkpoints: int
    erased: int
    compared: int
    """How many figures from outside were compared: lines of the anchor file, letters."""
    later: int
    """How many of them are from after the bundle was made, so that it cannot know them."""
    with_key: bool
    """Whether each seal was worked out again with AUDIT_KEY."""
    key_from_outside: bool
    """Whether the public key is one that the bundle itself does not say."""
    fingerprint: str
    wrong: Wrong | None


@dataclass(frozen=True)
class Outside:
    """What is known from elsewhere than the bundle."""

    key: bytes | None = None
    """AUDIT_KEY, or None: then signatures are checked, and seals are not worked out again."""
    public: bytes | None = None
    """The public key, as a letter or `manage.py export_record` said it."""
    anchors: Path | None = None
    letters: Sequence[Figures] = ()


def line(value: dict[str, Any]) -> bytes:
    """A line of a bundle."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def verify(path: Path, outside: Outside) -> Report:
    """Check a bundle. Raises NotABundle, and OSError where a file cannot be read."""
    with closing(_open(path)) as file:
        return _verify(file, outside)


def _open(path: Path) -> IO[bytes]:
    file = path.open("rb")
    packed = file.read(2) == _GZIP
    file.seek(0)
    return gzip.open(file) if packed else file  # type: ignore[return-value]


def _verify(file: Iterable[bytes], outside: Outside) -> Report:
    lines = iter(file)
    first = next(lines, b"")
    head = _parsed(first)
    if head is None or head.get("kind") != "record":
        raise NotABundle("This is not a bundle of the record: its first line is not one.")
    if head.get("format") != FORMAT:
        raise NotABundle(f"This bundle has the format {head.get('format')!r}, which is not known.")
    told = signing.from_text(str(head.get("public_key", "")))
    known = _known_public(outside)
    follow = Chain(key=outside.key, public=known or told)
    with closing(sqlite3.connect("")) as seals:
        seals.execute("CREATE TABLE seal (id INTEGER PRIMARY KEY, last INTEGER, hash TEXT)")
        found = [_ended(first, lines, follow, seals, public=known or told)]
        follow.finish()
        if known is not None and told != known:
            found.append(Wrong(0, "The bundle names another public key than the one given."))
        found.append(follow.wrong)
        compared, later, problem = _compare(
            outside, follow, seals, public=known or told, made_at=_time(head.get("made_at"))
        )
        found.append(problem)
    wrong = min((one for one in found if one is not None), default=None)
    return Report(
        events=follow.events,
        seals=follow.seals,
        checkpoints=follow.checkpoints,
        erased=follow.erased if head.get("details") else 0,
        compared=compared,
        later=later,
        with_key=outside.key is not None,
        key_from_outside=known is not None,
        fingerprint=signing.fingerprint(known or told),
        wrong=wrong,
    )


def _known_public(outside: Outside) -> bytes | None:
    if outside.key is not None:
        return signing.public_key(outside.key)
    return outside.public


def _parsed(raw: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(raw)
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _ended(
    first: bytes, lines: Iterator[bytes], follow: Chain, seals: sqlite3.Connection, *, public: bytes
) -> Wrong | None:
    """Take every line; what is wrong with the file as a whole."""
    digest = sha256(first)
    for raw in lines:
        value = _parsed(raw)
        if value is not None and value.get("kind") == "end":
            return _wrong_end(raw, value, follow, digest.hexdigest(), lines, public=public)
        digest.update(raw)
        if value is None:
            return Wrong(
                follow.events + 1, f"The line after event no. {follow.events} cannot be read."
            )
        follow.take(value)
        if value.get("kind") == "seal":
            _keep(seals, value)
    return Wrong(
        follow.events + 1,
        f"The bundle was cut off after event no. {follow.events}: its last line is missing.",
    )


def _keep(seals: sqlite3.Connection, value: dict[str, Any]) -> None:
    try:
        seals.execute(
            "INSERT OR IGNORE INTO seal VALUES (?, ?, ?)",
            (int(value["seal"]), int(value["last"]), str(value["hash"])),
        )
    except (KeyError, TypeError, ValueError, OverflowError):
        return  # said by Chain.take


def _wrong_end(
    raw: bytes,
    end: dict[str, Any],
    follow: Chain,
    digest: str,
    after: Iterator[bytes],
    *,
    public: bytes,
) -> Wrong | None:
    last = follow.events + 1
    if raw != line(end) or not signed_end(end, public=public):
        return Wrong(last, "The last line of the bundle is not signed by the key of this record.")
    if end.get("events") != follow.events or end.get("sum") != follow.total.hex():
        return Wrong(
            last,
            f"The bundle was written with {end.get('events')} events and holds {follow.events}, or "
            "others: something was changed since.",
        )
    if end.get("sha256") != digest:
        return Wrong(last, "The bundle is not as it was written: something was changed since.")
    if next(after, None) is not None:
        return Wrong(last, "Something was added after the last line of the bundle.")
    if end.get("wrong"):
        return Wrong(last, f"When the bundle was written: {end['wrong']}")
    return None


def _compare(
    outside: Outside,
    follow: Chain,
    seals: sqlite3.Connection,
    *,
    public: bytes,
    made_at: datetime | None,
) -> tuple[int, int, Wrong | None]:
    """Hold the bundle against the anchor file and the letters: how many, how many too new."""
    wrong: Wrong | None = None
    compared = later = 0
    for told in _told_outside(outside, public):
        if made_at is not None and told.at is not None and told.at > made_at:
            later += 1
            continue
        compared += 1
        problem = _against(seals, follow, told)
        if problem is not None and (wrong is None or problem < wrong):
            wrong = problem
    return compared, later, wrong


class _Told(NamedTuple):
    """What something outside knows: the last event under a seal, and the seal."""

    source: str
    sequence: int
    seal: int
    hash: str
    at: datetime | None


def _told_outside(outside: Outside, public: bytes) -> Iterator[_Told]:
    if outside.anchors is not None:
        with outside.anchors.open("rb") as file:
            for raw in file:
                value = _parsed(raw)  # a line cut short by a crash is none
                if value is not None and {"seal", "sequence", "hash"} <= value.keys():
                    at = _time(value.get("sealed_at") or value.get("at"))
                    yield _Told("anchor file", value["sequence"], value["seal"], value["hash"], at)
    for one in outside.letters:
        if not one.is_signed_by(public):
            raise NotABundle(
                f"The letter about event no. {one.sequence} is not signed by the key of this "
                "record: it was changed, or is from another installation."
            )
        yield _Told("letter", one.sequence, one.seal, one.seal_hash, _time(one.at))


def _time(text: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(text))
    except ValueError:
        return None
    return moment if moment.tzinfo is not None else None


def _against(seals: sqlite3.Connection, follow: Chain, told: _Told) -> Wrong | None:
    row = seals.execute("SELECT last, hash FROM seal WHERE id = ?", (told.seal,)).fetchone()
    if row is None and told.sequence > follow.events:
        return Wrong(
            follow.events + 1,
            f"The bundle ends with event no. {follow.events}, but the {told.source} knew event no. "
            f"{told.sequence} when it was made: events were cut off from no. {follow.events + 1} "
            "on.",
        )
    if row != (told.sequence, told.hash):
        return Wrong(
            told.sequence,
            f"The seal up to event no. {told.sequence} is not the one in the {told.source}: the "
            "record was rewritten at this event or before it.",
        )
    return None


def sentences(report: Report) -> list[str]:
    """What was proved, and what was not, for people."""
    holds = f"The bundle holds: {report.events} events under {report.seals} seals"
    said = [f"{holds}, {report.checkpoints} checkpoints; key {report.fingerprint}."]
    if report.erased:
        said.append(f"The private detail of {report.erased} events was erased.")
    said.append(
        "Each seal was worked out again with AUDIT_KEY."
        if report.with_key
        else "Signatures were checked. Seals were not worked out again: that takes AUDIT_KEY."
    )
    if not report.key_from_outside:
        said.append(
            "The public key was taken from the bundle itself: compare it with that of a letter, or "
            "give it with --public-key."
        )
    said.append(
        f"{report.compared} figures from outside agree."
        if report.compared
        else "Nothing from outside was given (--anchor, --letter): a record that was shortened, or "
        "rewritten by somebody with the key, before the bundle was made would not show."
    )
    if report.later:
        said.append(f"{report.later} are from after the bundle was made.")
    return said


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What may be given besides the bundle."""
    parser.add_argument(
        "--letter",
        type=Path,
        action="append",
        default=[],
        metavar="FILE",
        help="a letter with a checkpoint, saved as text or .eml; may be repeated",
    )
    parser.add_argument(
        "--public-key",
        default="",
        metavar="KEY",
        help="the public key of the record, as a letter says it",
    )
    parser.add_argument(
        "--key-file",
        type=Path,
        metavar="FILE",
        help="a file that holds AUDIT_KEY, and nothing else",
    )


def outside_of(
    *, anchor: Path | None, letter: Sequence[Path], public_key: str, key: bytes | None
) -> Outside:
    """What the arguments say. Raises NotABundle for one that says nothing."""
    public = signing.from_text(public_key) if public_key else None
    if public is not None and len(public) != 32:
        raise NotABundle("--public-key is not a public key: it has 44 signs.")
    figures = []
    for path in letter:
        found = checkpoint_text.in_letter(path)
        if not found:
            raise NotABundle(f"There is no checkpoint in {path}.")
        figures += found
    return Outside(key=key, public=public, anchors=anchor, letters=figures)


def main() -> None:
    """Exit code 0 when all holds, 1 when something is wrong, 2 when nothing could be verified."""
    parser = argparse.ArgumentParser(prog="python -m audit.bundle", description=main.__doc__)
    parser.add_argument("bundle", type=Path)
    parser.add_argument("--anchor", type=Path, help="the anchor file, or a copy of it")
    add_arguments(parser)
    chosen = parser.parse_args()
    try:
        key = chosen.key_file.read_bytes().strip() if chosen.key_file else None
        outside = outside_of(
            anchor=chosen.anchor, letter=chosen.letter, public_key=chosen.public_key, key=key
        )
        report = verify(chosen.bundle, outside)
    except (NotABundle, OSError, EOFError, zlib.error) as error:
        sys.stderr.write(f"{error}\n")
        sys.exit(2)
    if report.wrong is not None:
        sys.stderr.write(f"{report.wrong.sentence}\n")
        sys.exit(1)
    sys.stdout.write("\n".join(sentences(report)) + "\n")


if __name__ == "__main__":
    main()
