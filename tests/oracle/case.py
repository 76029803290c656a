"""One assessment as plain values: what both the engine and the reference are asked to score."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from assessments.sheet import EvidenceLevel, State
from scoring.engine.methodology import Methodology
from scoring.engine.plan import IntakeSpec, ItemSpec, SectionSpec


@dataclass(frozen=True)
class Cell:
    state: State = State.BLANK
    lo: int = 0
    risk: int = 0
    hi: int = 0
    evidence: EvidenceLevel = EvidenceLevel.SELF_DECLARED
    until: date | None = None
    dated: bool = False
    known: bool = True


@dataclass(frozen=True)
class Case:
    """One assessment with its plan. `intake` holds 1/10,000, None for unknown."""

    method: Methodology
    sections: tuple[SectionSpec, ...]
    items: tuple[ItemSpec, ...]
    cells: dict[str, Cell]
    as_of: date
    intake_specs: tuple[IntakeSpec, ...] = ()
    intake: dict[str, int | None] = field(default_factory=dict)
    signed_off: bool = False
