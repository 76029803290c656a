"""Clients that use the API as `docs/api.md` advises: the same again until it is answered."""

import hashlib
import random
import time
import uuid
from dataclasses import dataclass, field
from typing import Any, Final

from chaos.journal import MAYBE, OK, REFUSED, SENT
from chaos.line import Answer, Silence, wait_as_asked
from chaos.people import Client, value_of

#: How long a program goes on with one request, in seconds.
PATIENCE: Final = 90
_ALL: Final = ("assigns", "discloses", "staff", "watched")


@dataclass
class Program(Client):
    """A client with a key."""

    def until_answered(
        self, method: str, path: str, body: Any = None, **headers: str
    ) -> Answer | None:
        """The answer, however often it takes; None where there was none in all the time."""
        end = time.monotonic() + PATIENCE
        answer: Answer | None = None
        while time.monotonic() < end:
            try:
                answer = self.line.json(method, path, body, **headers)
            except Silence:
                wait_as_asked(None, self.over)
                continue
            at_work = answer.status == 409 and "retry-after" in answer.headers
            if answer.status < 500 and answer.status != 429 and not at_work:
                return answer
            wait_as_asked(answer, self.over)
        return None

    def once(self, kind: str, method: str, path: str, body: Any, **what: Any) -> Answer | None:
        """An operation under a key of its own, noted before and after; its answer if done."""
        mark = what.pop("mark", None) or self.mark()
        self.journal.note(SENT, kind, mark, **what)
        headers = {} if method == "PUT" else {"Idempotency_Key": mark}
        answer = self.until_answered(method, path, body, **headers)
        if answer is None:
            self.journal.note(MAYBE, kind, mark)
            return None
        if answer.refused:
            self.journal.note(REFUSED, kind, mark, said=answer.status)
            # Of exports, a client has two under way at a time and no more.
            if (kind, answer.status) != ("export", 409):
                self.line.tally.mistake(f"{kind} {mark}: {answer.status} {answer.body[:300]!r}")
            return None
        self.journal.note(OK, kind, mark, id=answer.data.get("id"))
        return answer


@dataclass
class Answering(Program):
    """Saves all answers of an assessment at once, each time others."""

    assessment: str = ""

    def act(self) -> None:
        """One save."""
        mark = self.mark()
        values = {key: value_of(key, self.chance) for key in _ALL}
        self.once(
            "answers",
            "PATCH",
            f"/assessments/{self.assessment}/answers",
            {"answers": {key: {"value": one, "note": mark} for key, one in values.items()}},
            mark=mark,
            assessment=self.assessment,
            values=values,
        )


@dataclass
class Submitting(Program):
    """From a new vendor to an assessment that is handed in, step by step."""

    def act(self) -> None:
        """One vendor; whatever a step says, the next one has to find it."""
        number = f"{self.name}-v{self.number:05d}"
        vendor = self.once(
            "vendor",
            "PUT",
            f"/vendors/by-external-id/{self.name}/{number}",
            {"name": f"Vendor {number}", "country": "PL"},
            external_id=number,
        )
        if vendor is None:
            return
        engagement = str(uuid.uuid4())
        made = self.once(
            "engagement",
            "PUT",
            f"/vendors/{vendor.data['id']}/engagements/{engagement}",
            {"title": number, "service": "tooling", "made_in": ["PL"]},
            engagement=engagement,
        )
        if made is None:
            return
        opened = self.once(
            "opened",
            "POST",
            "/assessments",
            {"engagement_id": engagement, "questionnaire": "chaos"},
            engagement=engagement,
        )
        if opened is None:
            return
        self._fill_in(opened.data["id"])

    def _fill_in(self, assessment: str) -> None:
        mark, values = self.mark(), {key: value_of(key, self.chance) for key in _ALL}
        saved = self.once(
            "answers",
            "PATCH",
            f"/assessments/{assessment}/answers",
            {"answers": {key: {"value": one, "note": mark} for key, one in values.items()}},
            mark=mark,
            assessment=assessment,
            values=values,
        )
        if saved is not None:
            self.once(
                "submitted",
                "POST",
                f"/assessments/{assessment}/submit",
                None,
                assessment=assessment,
            )


@dataclass
class Pushing(Program):
    """Pushes many vendors at once."""

    def act(self) -> None:
        """One push."""
        mark = self.mark()
        rows = self.chance.randrange(5, 60)
        items = [
            {
                "system": self.name,
                "id": f"{mark}-{row}",
                "name": f"{mark} row {row}",
                "country": "CZ",
            }
            for row in range(rows)
        ]
        self.once("pushed", "POST", "/vendors/bulk", {"items": items}, mark=mark, rows=rows)


@dataclass
class Exporting(Program):
    """Asks for files, waits for them, compares their digest, and lets them go."""

    def act(self) -> None:
        """One file."""
        begun = self.once("export", "POST", "/exports", {"what": "scores", "format": "ndjson"})
        if begun is None:
            return
        place = f"/exports/{begun.data['id']}"
        end = time.monotonic() + 2 * PATIENCE
        while time.monotonic() < end:
            answer = self.until_answered("GET", place)
            if answer is None:
                return
            if answer.data["status"] == "ready":
                self._fetch(place, answer.data["sha256"])
                return
            if answer.data["status"] in ("failed", "cancelled"):
                # Begun three times and never ended: said, with its reason, and not lost.
                break
            self.over.wait(1.0)
        self.until_answered("DELETE", place)

    def _fetch(self, place: str, digest: str) -> None:
        file = self.until_answered("GET", f"{place}/content")
        there = file is not None and file.status == 200
        if file and there and hashlib.sha256(file.body).hexdigest() != digest:
            self.line.tally.mistake(f"{place}: the file is not what its digest says")
        self.until_answered("DELETE", place)


@dataclass
class Following(Program):
    """Follows the change feed from its end on: every change once, in one order."""

    after: str = ""
    seen: list[str] = field(default_factory=list)

    def act(self) -> None:
        """One page."""
        self._page()

    def catch_up(self) -> None:
        """To the end."""
        while self._page():
            pass

    def _page(self) -> bool:
        """Read on; whether there is more."""
        answer = self.until_answered("GET", f"/changes?after={self.after}&limit=200")
        if answer is None:
            return False
        if answer.status != 200:
            self.line.tally.mistake(f"The feed answers {answer.status}: {answer.body[:200]!r}")
            return False
        page = answer.data
        self.seen += [item["id"] for item in page["items"]]
        self.after = page["next"]
        return bool(page["more"])


def whole_feed(program: Following, limit: int) -> list[str]:
    """Every change from the first to the last, as a reader of pages of this length gets it."""
    seen: list[str] = []
    after, more = "", True
    while more:
        answer = program.until_answered("GET", f"/changes?after={after}&limit={limit}")
        if answer is None or answer.status != 200:
            raise SystemExit(f"The feed cannot be read to its end: {answer}")
        seen += [item["id"] for item in answer.data["items"]]
        after, more = answer.data["next"], answer.data["more"]
    return seen


def chances(seed: int, name: str) -> random.Random:
    """The chances of one client: the same with the same seed."""
    return random.Random(f"{seed} {name}")
