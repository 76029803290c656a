"""Every indicator, in the order in which they are worked out."""

from collections.abc import Mapping
from typing import Final

from scoring.facts import (
    contract,
    financial,
    fourth_parties,
    incidents,
    ip_schedule,
    jurisdiction,
    liability,
    monitoring,
    screening,
    training,
)
from scoring.facts.source import Source

#: Key (one of `scoring.indicators.value.KEYS`) -> source. Liability comes after financial,
#: incidents after monitoring.
SOURCES: Final[Mapping[str, Source]] = {
    "financial": financial.SOURCE,
    "fourth_parties": fourth_parties.SOURCE,
    "liability": liability.SOURCE,
    "contract": contract.SOURCE,
    "jurisdiction": jurisdiction.SOURCE,
    "ip_schedule": ip_schedule.SOURCE,
    "training": training.SOURCE,
    "screening": screening.SOURCE,
    "monitoring": monitoring.SOURCE,
    "incidents": incidents.SOURCE,
}
