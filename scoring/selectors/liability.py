"""What could be got back of a loss: the working of the indicator, and a simulated year."""

import hashlib
import math
from dataclasses import dataclass
from datetime import date
from typing import Final

from scoring.facts import financial, liability
from scoring.indicators.liability import Facts, Working, least, value, work
from scoring.indicators.loss import Frequency, Simulation, Size, simulate
from scoring.indicators.value import Value
from vendors.models import Engagement, Exposure
from vendors.selectors.contracts import recorded_for

_SEED_BYTES: Final = 6


@dataclass(frozen=True)
class Liability:
    """All that the page of liability shows of one engagement on one day."""

    exposure: Exposure
    facts: Facts
    working: Working
    value: Value
    simulation: Simulation | None


def liability_of(engagement: Engagement, as_of: date) -> Liability | None:
    """The working of an engagement; None where nobody has estimated its exposure."""
    known = {"financial": financial.values([engagement], as_of, {})}
    facts = liability.facts_of([engagement], as_of, known).get(engagement.pk)
    if facts is None:
        return None
    exposure: Exposure = recorded_for(engagement, "exposure")
    working = work(facts, as_of)
    return Liability(
        exposure=exposure,
        facts=facts,
        working=working,
        value=value(facts, as_of),
        simulation=_simulate(exposure, working),
    )


def _simulate(exposure: Exposure, working: Working) -> Simulation | None:
    """A year by the rates of the estimate; equal estimates give equal numbers."""
    if exposure.per_year_low is None or exposure.per_year_likely is None:
        return None
    if exposure.per_year_high is None:
        return None
    frequency = Frequency(
        float(exposure.per_year_low),
        float(exposure.per_year_likely),
        float(exposure.per_year_high),
    )
    got_back = least(working.likely.cap, working.likely.collectable)
    named = f"{exposure.pk}:{exposure.version}".encode()
    seed = int.from_bytes(hashlib.sha256(named).digest()[:_SEED_BYTES], "big")
    return simulate(
        frequency,
        Size(float(exposure.low), float(exposure.high)),
        recoverable=math.inf if got_back is None else float(got_back),
        seed=seed,
    )
