"""What has to be done when an engagement ends, and when it may be closed. Pure, without a clock.

The lines are data, in ``vendors/data/offboarding.yaml``. Which of them are asked follows from what
the engagement shares; whether it may be closed, from where each line stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal

from pydantic import Field, model_validator

from vendors.intake import IpKind, Service, intake
from vendors.question_file import Frozen, Key, Text, read_yaml

FILE: Final = Path(__file__).parent / "data" / "offboarding.yaml"


class Fact(StrEnum):
    """What may be on record of an engagement besides its intake."""

    DISCLOSED = "disclosed"
    SUBCONTRACTORS = "subcontractors"
    SITES = "sites"


class When(Frozen):
    """Conditions of a line; any of them is enough."""

    ip: tuple[IpKind, ...] = ()
    services: tuple[Service, ...] = ()
    intake: dict[str, tuple[str, ...]] = {}
    facts: tuple[Fact, ...] = ()


class Line(Frozen):
    """One thing to be done. `days`: until when, counted from the last day of the engagement."""

    key: Key
    title: Text
    help: Text
    proof: Literal["required", "welcome"] = "welcome"
    days: int = Field(ge=0, le=365)
    when: When | None = None


class Group(Frozen):
    """Lines that belong together."""

    key: Key
    title: Text
    lines: tuple[Line, ...] = Field(min_length=1)


class Checklist(Frozen):
    """The file."""

    version: str
    groups: tuple[Group, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _hangs_together(self) -> Checklist:
        keys = [line.key for group in self.groups for line in group.lines]
        if len(keys) != len(set(keys)):
            raise ValueError("the key of a line is used twice")
        questions = intake().by_key
        for group in self.groups:
            for line in group.lines:
                for key, options in (line.when.intake if line.when else {}).items():
                    known = {one.key for one in questions[key].options}
                    if not set(options) <= known:
                        raise ValueError(f"{line.key}: {key} has no such answer")
        return self


@cache
def checklist() -> Checklist:
    """The built-in lines, read once."""
    return Checklist.model_validate(read_yaml(FILE.read_bytes()))


@cache
def lines() -> Mapping[str, tuple[Group, Line]]:
    """Key -> (group, line), in the order of the file."""
    return {line.key: (group, line) for group in checklist().groups for line in group.lines}


@dataclass(frozen=True)
class Shared:
    """What an engagement shares: kinds of IP, kind of service, intake answers, facts on record."""

    ip: frozenset[str] = frozenset()
    service: str = ""
    intake: Mapping[str, Any] = field(default_factory=dict)
    facts: frozenset[str] = frozenset()


def asked(line: Line, shared: Shared) -> bool:
    """Whether a line is asked of what is shared."""
    when = line.when
    if when is None:
        return True
    return (
        bool(shared.ip.intersection(when.ip))
        or shared.service in when.services
        or bool(shared.facts.intersection(when.facts))
        or any(shared.intake.get(key) in options for key, options in when.intake.items())
    )


def lines_for(shared: Shared) -> list[Line]:
    """The lines to begin with, in the order of the file. Who shares more is never asked less."""
    return [line for _group, line in lines().values() if asked(line, shared)]


def due(line: Line, last_day: date) -> date:
    """Until when a line is to be done."""
    return last_day + timedelta(days=line.days)


def is_needed(status: str, *, shares: bool) -> bool:
    """Whether an engagement ends line by line only: it has begun, or something was shared for it.

    One that is only planned and shares nothing is dropped plainly; one that has ended, has ended.
    """
    return status == "active" or (status == "planned" and shares)


@dataclass(frozen=True)
class Stand:
    """Where a line stands: "open", "done" or "waived"; `proofs`: documents that still hold."""

    title: str
    status: str
    needs_proof: bool = False
    proofs: int = 0

    @property
    def is_settled(self) -> bool:
        """Whether nothing is left to do: a document that was withdrawn since proves nothing."""
        if self.status == "done":
            return self.proofs > 0 or not self.needs_proof
        return self.status == "waived"


@dataclass(frozen=True)
class Progress:
    """How far a checklist is."""

    total: int
    done: int
    waived: int

    @property
    def settled(self) -> int:
        """Lines that are done or waived."""
        return self.done + self.waived

    @property
    def open(self) -> int:
        """Lines that hold the closing up."""
        return self.total - self.settled


def progress(stands: Iterable[Stand]) -> Progress:
    """How many lines there are, and how many are settled in which way."""
    known = list(stands)
    waived = sum(one.status == "waived" for one in known)
    settled = sum(one.is_settled for one in known)
    return Progress(len(known), settled - waived, waived)


def still_open(stands: Iterable[Stand]) -> Sequence[Stand]:
    """The lines that hold the closing up, in order; empty: it may be closed."""
    return [one for one in stands if not one.is_settled]
