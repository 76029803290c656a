"""Clients that use pages: they fill in, import lists, and look around."""

import random
import re
import threading
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

from chaos.journal import MAYBE, OK, REFUSED, SENT, Journal
from chaos.line import Answer, Line, Silence, wait_as_asked

_TOKEN: Final = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
_QUESTIONS: Final = ("assigns", "discloses", "staff", "watched")
_BOUNDARY: Final = "chaos-list"


@dataclass
class Client:
    """Somebody with a line of their own, who does one thing after another until it is over."""

    name: str
    line: Line
    journal: Journal
    over: threading.Event
    chance: random.Random
    number: int = 0
    token: str = field(default="", repr=False)

    def mark(self) -> str:
        """A name for the next operation that no other has."""
        self.number += 1
        return f"{self.name}-{self.number:05d}"

    def live(self) -> None:
        """One operation after the other, with a short pause, until it is over."""
        while not self.over.is_set():
            try:
                self.act()
            except Exception as error:  # noqa: BLE001 - a client that ends unseen proves nothing
                self.line.tally.mistake(f"{self.name} could not go on: {error!r}")
            self.over.wait(self.chance.uniform(0.1, 0.6))
        self.line.close()
        self.journal.close()

    def act(self) -> None:
        """One operation."""
        raise NotImplementedError

    def form(self, path: str, body: bytes | str, kind: str) -> Answer:
        """A form sent as a browser does. Raises Silence."""
        return self.line.ask("POST", path, body, Content_Type=kind, X_CSRFToken=self.token)

    def open(self, cookie: str, path: str) -> None:
        """Read a page as a browser does, for the cookie and the token that forms need."""
        answer = self.line.ask("GET", path, Cookie=cookie)
        found = _TOKEN.search(answer.body.decode())
        if found is None or answer.status != 200:
            raise SystemExit(f"{path} answers {answer.status} without a form.")
        self.token = found.group(1)
        own = answer.headers.get("set-cookie", "").partition(";")[0]
        self.line.wear(Cookie=f"{cookie}; {own}" if own else cookie)


def value_of(question: str, chance: random.Random) -> Any:
    """An answer to a question of the questionnaire, as JSON."""
    match question:
        case "discloses":
            return chance.choice(["at_once", "yearly", "never"])
        case "staff":
            return chance.randrange(100)
        case _:
            return chance.choice(["yes", "no"])


@dataclass
class Filling(Client):
    """Saves answers of one question as the page's script does, each with a note of its own."""

    assessment: str = ""
    question: str = ""
    version: int = 0

    def act(self) -> None:
        """Save once. Where no answer comes, the next save finds out what stands."""
        mark, value = self.mark(), value_of(self.question, self.chance)
        what = {"assessment": self.assessment, "question": self.question, "value": value}
        self.journal.note(SENT, "answer", mark, version=self.version, **what)
        name = f"q-{self.question}"
        body = urlencode(
            {
                "question": self.question,
                "version": self.version,
                name: value,
                f"{name}-note": mark,
            }
        )
        try:
            answer = self.form(
                f"/assessments/{self.assessment}/answers/all/",
                body,
                "application/x-www-form-urlencoded",
            )
        except Silence:
            self.journal.note(MAYBE, "answer", mark)
            wait_as_asked(None, self.over)
            return
        if answer.status == 200:
            self.version = answer.data["version"]
            self.journal.note(OK, "answer", mark, saved_as=self.version)
        elif answer.status == 409:
            # What was sent before and got no answer had been saved after all.
            self.version = answer.data["version"]
            self.journal.note(REFUSED, "answer", mark)
        else:
            self.journal.note(REFUSED if answer.refused else MAYBE, "answer", mark)
            wait_as_asked(answer, self.over)


@dataclass
class Importing(Client):
    """Uploads lists of vendors and confirms them; every third is one for the workers."""

    unit: str = ""

    def act(self) -> None:
        """One list: upload, confirm, each again until somebody answers."""
        mark = self.mark()
        rows = 600 if self.number % 3 == 0 else self.chance.randrange(5, 40)
        self.journal.note(SENT, "import", mark, rows=rows)
        place = self._upload(mark, rows)
        if place is None:
            # No list was shown to anybody, so nothing was asked for.
            self.journal.note(REFUSED, "import", mark)
            return
        self.journal.note(SENT, "import", mark, place=place)
        for _ in range(40):
            try:
                answer = self.form(place, "", "application/x-www-form-urlencoded")
            except Silence:
                wait_as_asked(None, self.over)
                continue
            if answer.done:
                self.journal.note(OK, "import", mark)
                return
            if answer.refused:
                # A confirmation before this one may have been carried out.
                self.journal.note(MAYBE, "import", mark, said=answer.status)
                return
            wait_as_asked(answer, self.over)
        self.journal.note(MAYBE, "import", mark)

    def _upload(self, mark: str, rows: int) -> str | None:
        lines = ["name;country;vendor id"]
        lines += [f"{mark} row {row};DE;{mark}-{row}" for row in range(rows)]
        parts = [
            f'Content-Disposition: form-data; name="unit"\r\n\r\n{self.unit}',
            f'Content-Disposition: form-data; name="system"\r\n\r\n{self.name}',
            f'Content-Disposition: form-data; name="file"; filename="{mark}.csv"\r\n'
            f"Content-Type: text/csv\r\n\r\n" + "\n".join(lines),
        ]
        body = "".join(f"--{_BOUNDARY}\r\n{part}\r\n" for part in parts) + f"--{_BOUNDARY}--\r\n"
        try:
            answer = self.form(
                "/imports/new/",
                body.encode(),
                f"multipart/form-data; boundary={_BOUNDARY}",
            )
        except Silence:
            wait_as_asked(None, self.over)
            return None
        if answer.status == 302:
            return answer.headers["location"]
        if answer.status != 503:
            self.line.tally.mistake(f"An upload was answered with {answer.status}.")
        wait_as_asked(answer, self.over)
        return None


@dataclass
class Looking(Client):
    """Reads pages; whatever breaks, each is a page or a sentence about when to come back."""

    pages: tuple[str, ...] = ()

    def act(self) -> None:
        """One page."""
        try:
            answer = self.line.ask("GET", self.chance.choice(self.pages))
        except Silence:
            wait_as_asked(None, self.over)
            return
        if answer.status not in (200, 503):
            self.line.tally.mistake(f"A page was answered with {answer.status}.")


def filled_in(assessments: list[str], number: int) -> tuple[str, str]:
    """Assessment and question of the person with this number: two share an assessment."""
    return assessments[number // 2], _QUESTIONS[(number % 2) + 2 * ((number // 2) % 2)]
