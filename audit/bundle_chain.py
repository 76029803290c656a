"""Following the lines of a bundle: events, seals and checkpoints, each against those before. Pure.

A bundle is a text of JSON objects, one a line:

    {"kind": "record", …}      how it was made, and the public key
    {"kind": "event", …}       in the order of their numbers, without gaps from 1 on
    {"kind": "seal", …}        after the last event it covers
    {"kind": "checkpoint", …}  after its seal
    {"kind": "end", …}         counts, the running sum, SHA-256 of all bytes before, a signature
"""

from collections.abc import Mapping
from datetime import datetime
from hmac import compare_digest
from typing import Any, Final, NamedTuple
from uuid import UUID

from audit import chain, checkpoint_text, signing

FORMAT: Final = 1
Line = Mapping[str, Any]


class Wrong(NamedTuple):
    """A place where the record is not what was sealed: at event no. `sequence` or before it."""

    sequence: int
    sentence: str


class Chain:
    """What has been read so far. `wrong` is the first thing that does not fit, or None."""

    def __init__(self, *, key: bytes | None, public: bytes) -> None:
        self._key = key
        self._public = public
        self._previous = chain.GENESIS
        self._digests: list[bytes] = []
        self._sealed = 0
        self._last_seal: Line = {}
        self.wrong: Wrong | None = None
        self.events = self.seals = self.checkpoints = self.erased = 0
        self.total = chain.GENESIS

    def take(self, line: Line) -> None:
        """The next line. After something wrong it only counts on."""
        try:
            match line["kind"]:
                case "event":
                    self._event(line)
                case "seal":
                    self._seal(line)
                case "checkpoint":
                    self._checkpoint(line)
                case other:
                    self._note(self.events + 1, f"A line of the kind {other!r} does not belong.")
        except (KeyError, TypeError, ValueError, OverflowError) as error:
            self._note(
                self.events + 1,
                f"The line after event no. {self.events} is not one of a bundle "
                f"({type(error).__name__}: {error}).",
            )

    def _note(self, sequence: int, sentence: str) -> None:
        if self.wrong is None:
            self.wrong = Wrong(sequence, sentence)

    def _event(self, line: Line) -> None:
        expected = self.events + 1
        number = int(line["sequence"])
        name = f"{line['type']}, id {line['id']}"
        if number != expected:
            self._note(
                expected,
                f"Event no. {expected} was removed: no. {number} ({name}) stands in its place."
                if number > expected
                else f"Event no. {number} ({name}) stands after no. {self.events}: "
                "the order was changed.",
            )
        digest = bytes.fromhex(line["digest"])
        if digest != _digest(line):
            self._note(number, f"Event no. {number} ({name}) was changed.")
        elif not _detail_fits(line):
            self._note(number, f"The private detail of event no. {number} ({name}) was changed.")
        self.erased += line["detail"] is not None and line.get("private") is None
        self._digests.append(digest)
        self.total = chain.running_sum(self.total, sequence=number, digest=digest)
        self.events += 1

    def _seal(self, line: Line) -> None:
        first, last, given = int(line["first"]), int(line["last"]), bytes.fromhex(line["hash"])
        if first != self._sealed + 1:
            self._note(
                self._sealed + 1,
                f"The seal over event no. {self._sealed + 1} and on is missing: the next seal "
                f"begins with event no. {first}.",
            )
        if last != self.events:
            self._note(
                min(last, self.events) + 1,
                f"The seal over events no. {first} to {last} stands after no. {self.events}.",
            )
        if self._key is not None:
            expected = chain.seal_hash(
                self._key, previous=self._previous, first_sequence=first, digests=self._digests
            )
            if not compare_digest(expected, given):
                self._note(
                    first,
                    f"The seal over events no. {first} to {last} does not fit: one of them was "
                    "changed together with its digest, or moved, or the seal was changed, or "
                    "AUDIT_KEY is not the key they were sealed with.",
                )
        self._previous, self._digests, self._sealed = given, [], last
        self._last_seal = line
        self.seals += 1

    def _checkpoint(self, line: Line) -> None:
        figures = checkpoint_text.from_anchor(dict(line))
        if figures is None:
            raise ValueError("not a checkpoint")
        where = f"The checkpoint after event no. {figures.sequence}"
        seal = (int(self._last_seal["seal"]), int(self._last_seal["last"]), self._last_seal["hash"])
        if (figures.seal, figures.sequence, figures.seal_hash) != seal:
            self._note(figures.sequence, f"{where} names a seal that is not there.")
        elif not figures.is_signed_by(self._public):
            self._note(
                figures.sequence,
                f"{where} is not signed by the key of this record: the checkpoint or its seal was "
                "changed, or the public key is another one.",
            )
        elif figures.sum != self.total.hex():
            self._note(
                figures.sequence,
                f"{where} gives another sum than the events have: the record was rewritten at "
                "this event or before it.",
            )
        self.checkpoints += 1

    def finish(self) -> None:
        """After the last line: no event may be left without a seal."""
        if self._digests:
            self._note(self._sealed + 1, f"Event no. {self._sealed + 1} has no seal over it.")


def _digest(line: Line) -> bytes:
    actor, aggregate = line["actor"], line["aggregate"]
    return chain.event_digest(
        event_id=UUID(line["id"]),
        event_type=line["type"],
        occurred_at=datetime.fromisoformat(line["occurred_at"]),
        actor_kind=actor[0],
        actor_id=actor[1],
        aggregate_type=aggregate[0],
        aggregate_id=UUID(aggregate[1]),
        unit_id=UUID(line["unit"]) if line["unit"] else None,
        data=line["data"],
        detail_digest=bytes.fromhex(line["detail"]) if line["detail"] else None,
    )


def _detail_fits(line: Line) -> bool:
    private = line.get("private")
    if private is None:
        return True
    if line["detail"] is None:
        return False
    hidden = chain.detail_digest(bytes.fromhex(private["salt"]), private["data"])
    return hidden == bytes.fromhex(line["detail"])


def signed_end(line: Line, *, public: bytes) -> bool:
    """Whether the last line of a bundle was signed by this key."""
    said = {name: value for name, value in line.items() if name != "signature"}
    return signing.holds(public, said, signing.from_text(str(line.get("signature", ""))))
