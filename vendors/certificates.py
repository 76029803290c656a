"""Standards of certificates, and whether a certificate covers what a company does for us.

Pure values in, values out; the standards are data, in ``vendors/data/certificates.yaml``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final, Literal
from uuid import UUID

import yaml
from pydantic import BaseModel, ConfigDict

_FILE: Final = Path(__file__).parent / "data" / "certificates.yaml"


class Standard(BaseModel):
    """One standard; `levels` from least to most, `covers` key -> name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    levels: tuple[str, ...] = ()
    covers: dict[str, str] = {}

    def reaches(self, level: str, wanted: str) -> bool:
        """Whether `level` is at least `wanted`; nothing wanted is always reached."""
        if not wanted:
            return True
        return level in self.levels and self.levels.index(level) >= self.levels.index(wanted)


@cache
def standards() -> Mapping[str, Standard]:
    """Key -> standard, in the order of the file."""
    with _FILE.open(encoding="utf-8") as file:
        found = yaml.safe_load(file)["standards"]
    return {key: Standard.model_validate(value) for key, value in found.items()}


@dataclass(frozen=True)
class Held:
    """A certificate as it is on record. `sites`: ids; `services`: kinds of service in scope."""

    standard: str
    level: str
    covers: frozenset[str]
    services: frozenset[str]
    sites: frozenset[UUID]
    issued_on: date | None
    expires_on: date | None
    withdrawn: bool


@dataclass(frozen=True)
class Work:
    """What a company does for us: the kind of service, and at which sites (id -> name)."""

    service: str
    sites: Mapping[UUID, str]


Why = Literal["withdrawn", "not_yet", "expired", "service", "no_sites", "sites"]


@dataclass(frozen=True)
class Obstacle:
    """Why a certificate says nothing about the work; `names`: of the sites it leaves out."""

    why: Why
    names: tuple[str, ...] = ()


def obstacles(held: Held, work: Work, today: date) -> list[Obstacle]:
    """Everything that keeps a certificate from speaking for this work; empty: it does.

    It has to be in force, name the kind of service in its scope, and cover every site at which
    the work is done. Where no site is on record, nobody can say that it does.
    """
    found = []
    if held.withdrawn:
        found.append(Obstacle("withdrawn"))
    if held.issued_on is not None and held.issued_on > today:
        found.append(Obstacle("not_yet"))
    if held.expires_on is not None and held.expires_on < today:
        found.append(Obstacle("expired"))
    if not work.service or work.service not in held.services:
        found.append(Obstacle("service"))
    if not work.sites:
        found.append(Obstacle("no_sites"))
    elif left := tuple(sorted(n for pk, n in work.sites.items() if pk not in held.sites)):
        found.append(Obstacle("sites", left))
    return found
