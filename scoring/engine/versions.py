"""The engine's versions: which functions made a score that names its version.

A formula is never changed in place. What computes differently is a new version beside the old ones,
which stay, so that every stored score can be computed again by the functions that made it.
`tests/oracle/version_1.txt` holds what version 1 says of some dozens of cases.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from scoring.engine.batch import Resolved
from scoring.engine.contributions import Breakdown, Largest, largest, split
from scoring.engine.evaluate import Result, score
from scoring.engine.plan import Plan
from scoring.engine.provenance import ENGINE_VERSION
from scoring.engine.tree import climb


class UnknownEngine(LookupError):
    """No engine of this version is known to this release."""


@dataclass(frozen=True, slots=True)
class Engine:
    """One version: the scores of resolved inputs, the same scores split into their parts, and the
    scores with no more than so many of their largest parts, which is what is stored."""

    version: str
    score: Callable[[Plan, Resolved], Result]
    split: Callable[[Plan, Resolved], Breakdown]
    stored: Callable[[Plan, Resolved, int], tuple[Result, Largest]]


def _stored(plan: Plan, resolved: Resolved, kept: int) -> tuple[Result, Largest]:
    tree = climb(plan, resolved)
    result = score(plan, resolved, tree)
    return result, largest(plan, resolved, tree, result, kept)


_ENGINES: Final = {one.version: one for one in (Engine("1", score, split, _stored),)}


def engine(version: str) -> Engine:
    """Return the engine of a version, as a score names it. Raises UnknownEngine."""
    found = _ENGINES.get(version)
    if found is None:
        raise UnknownEngine(
            f"engine version '{version}' is not known here; known: {', '.join(known())}"
        )
    return found


def known() -> tuple[str, ...]:
    """Return the versions known here, oldest first."""
    return tuple(_ENGINES)


def current() -> Engine:
    """Return the engine that new scores are made with."""
    return engine(ENGINE_VERSION)
