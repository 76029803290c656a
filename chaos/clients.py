"""The twenty clients of a run: who they are, and their lives in threads."""

import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from chaos.journal import Journal
from chaos.line import Line, Tally
from chaos.load import ANSWERING, FILLING, IMPORTING, SUBMITTING
from chaos.people import Client, Filling, Importing, Looking, filled_in
from chaos.programs import Answering, Exporting, Following, Pushing, Submitting, chances

_PAGES: Final = tuple(
    f"/{name}/" for name in ("dashboard", "work", "vendors", "assessments", "imports", "log")
)


class Crowd:
    """All clients of a run."""

    def __init__(self, folder: Path, port: int, loaded: Mapping[str, Any], seed: int) -> None:
        self._folder, self._port, self._loaded, self._seed = folder, port, loaded, seed
        self.over = threading.Event()
        self.tally = Tally()
        self.follower = Following(**self._own("follower", loaded["reader"]))
        self.people = self._people()
        self._lives = [threading.Thread(target=one.live, daemon=True) for one in self.people]

    def _own(self, name: str, key: str = "") -> dict[str, Any]:
        """What every client has: a line, a journal, chances."""
        headers = {"Authorization": f"Bearer {key}"} if key else {"Cookie": self._loaded["cookie"]}
        return {
            "name": name,
            "line": Line(self._port, headers, self.tally),
            "journal": Journal(self._folder / "journals" / f"{name}.jsonl"),
            "over": self.over,
            "chance": chances(self._seed, name),
        }

    def _people(self) -> list[Client]:
        loaded, keys = self._loaded, list(self._loaded["keys"])
        people: list[Client] = []
        for number in range(FILLING):
            assessment, question = filled_in(loaded["assessments"], number)
            own = self._own(f"filling-{number}")
            people.append(Filling(**own, assessment=assessment, question=question))
        people += [
            Importing(**self._own(f"importing-{number}"), unit=loaded["unit"])
            for number in range(IMPORTING)
        ]
        for number in range(ANSWERING):
            own = self._own(f"answering-{number}", keys.pop())
            assessment = loaded["assessments"][FILLING // 2 + number]
            people.append(Answering(**own, assessment=assessment))
        people += [
            Submitting(**self._own(f"submitting-{number}", keys.pop()))
            for number in range(SUBMITTING)
        ]
        people.append(Pushing(**self._own("pushing", keys.pop())))
        people.append(Exporting(**self._own("exporting", keys.pop())))
        people.append(Looking(**self._own("looking"), pages=_PAGES))
        return [*people, self.follower]

    def begin(self) -> None:
        """Everybody opens what they need, while nothing breaks yet, and begins."""
        cookie = self._loaded["cookie"]
        for one in self.people:
            if isinstance(one, Filling):
                one.open(cookie, f"/assessments/{one.assessment}/sections/all/")
            elif isinstance(one, Importing):
                one.open(cookie, "/imports/new/")
        answer = self.follower.until_answered("GET", "/changes?after=now")
        if answer is None:
            raise SystemExit("The feed does not answer.")
        self.follower.after = answer.data["next"]
        for life in self._lives:
            life.start()

    def end(self, seconds: float) -> int:
        """Nobody begins anything more; how many were still at something after so long."""
        self.over.set()
        for life in self._lives:
            life.join(timeout=seconds)
        return sum(life.is_alive() for life in self._lives)
