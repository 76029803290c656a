"""What is known of the law of a country, and what holds on a day. Pure: no Django, no clock.

Facts are dated and never overwritten: a later one stands beside an earlier one. What nobody has on
record is *unknown*, which is neither yes nor no.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Final

from vendors.intake import IpKind


class Status(StrEnum):
    """How a country stands to a treaty or a measure of its own law, on a day."""

    IN_FORCE = "in_force"
    SIGNED = "signed"
    SUSPENDED = "suspended"
    LEFT = "left"
    NONE = "none"
    UNKNOWN = "unknown"


class Listing(StrEnum):
    """Where USTR lists a country in its Special 301 report."""

    PRIORITY_FOREIGN = "priority_foreign"
    PRIORITY_WATCH = "priority_watch"
    WATCH = "watch"
    UNLISTED = "unlisted"


SPECIAL_301: Final = "special_301"

#: Treaty -> the kinds of IP that it protects with weight in the indicator. Expert judgement.
PROTECTS: Final[Mapping[IpKind, Mapping[str, int]]] = {
    IpKind.TRADE_SECRETS: {"trips": 1, "paris": 1},
    IpKind.SOURCE_CODE: {"trips": 1, "berne": 1, "wct": 1},
    IpKind.DESIGNS: {"trips": 1, "paris": 1, "hague_geneva": 1},
    IpKind.INVENTIONS: {"trips": 1, "paris": 1},
    IpKind.BRANDS: {"trips": 1, "paris": 1},
    # What a mould or tool gives away is the shape of the product and how it is made.
    IpKind.MOULDS_TOOLING: {"trips": 1, "paris": 1, "hague_geneva": 1},
    IpKind.COPYRIGHT_WORKS: {"trips": 1, "berne": 1, "wct": 1},
    # Data protection is no matter of these treaties.
    IpKind.PERSONAL_DATA: {},
}

#: Treaties in the order in which they are shown.
TREATIES: Final = (
    "trips",
    "paris",
    "berne",
    "wct",
    "wppt",
    "madrid_protocol",
    "pct",
    "plt",
    "nice",
    "hague_geneva",
)
#: Facts about enforcement: what customs does, which awards, evidence and judgments count.
ENFORCEMENT: Final = (
    "customs_recordation",
    "ex_officio_seizure",
    "new_york",
    "hague_evidence",
    "hague_judgments",
    "mlat",
)
#: Shown for a kind of IP, without weight: routes by which rights are filed, and a classification.
ALSO_SHOWN: Final[Mapping[IpKind, tuple[str, ...]]] = {
    IpKind.TRADE_SECRETS: (),
    IpKind.SOURCE_CODE: (),
    IpKind.DESIGNS: (),
    IpKind.INVENTIONS: ("pct", "plt"),
    IpKind.BRANDS: ("madrid_protocol", "nice"),
    IpKind.MOULDS_TOOLING: (),
    IpKind.COPYRIGHT_WORKS: ("wppt",),
    IpKind.PERSONAL_DATA: (),
}
SUBJECTS: Final = (*TREATIES, *ENFORCEMENT, SPECIAL_301)
#: Proper names, the same in all languages.
SHORT: Final[Mapping[str, str]] = {
    "trips": "TRIPS",
    "paris": "Paris",
    "berne": "Berne",
    "wct": "WCT",
    "hague_geneva": "Hague (Geneva Act)",
}


def statuses(subject: str) -> tuple[str, ...]:
    """Return what may be recorded about `subject`."""
    if subject == SPECIAL_301:
        return tuple(Listing)
    return tuple(Status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One dated statement: from `since` to `until`, both included; None where there is no bound.

    `as_of` is when the source said so: "2025", "2025-10" or "2025-10-31". Of two statements by
    counsel about the same day, the one with the higher `number` was recorded later, and wins.
    `through`: the organisation or state whose membership covers this country.
    """

    subject: str
    status: str
    since: date | None = None
    until: date | None = None
    source: str = ""
    as_of: str = ""
    confirmed: bool = True
    by_counsel: bool = False
    through: str = ""
    remark: str = ""
    number: int = 0

    def holds(self, day: date) -> bool:
        """Return whether the statement speaks of `day`."""
        if self.until is not None and day > self.until:
            return False
        if self.since is not None:
            return day >= self.since
        # Since when is not on record: sure only from the day on which the source said so.
        return self.status != Status.IN_FORCE or day >= first_day(self.as_of)


@dataclass(frozen=True, slots=True)
class Stand:
    """How things stand on a day, by which fact; `coming`: the later day on which it begins."""

    status: str
    fact: Fact | None = None
    coming: date | None = None

    @property
    def known(self) -> bool:
        """Return whether anything is known."""
        return self.status not in {Status.UNKNOWN, Listing.UNLISTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """Counsel's own rating of a country: 0 is best, 100 is worst; it wins while it holds."""

    risk: int
    since: date
    until: date
    number: int = 0

    def holds(self, day: date) -> bool:
        """Return whether the rating holds on `day`."""
        return self.since <= day <= self.until


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexValue:
    """What an edition of an index says of a country; `best` and `worst` end its scale."""

    name: str
    edition: int
    since: date
    value: Decimal
    best: Decimal
    worst: Decimal
    number: int = 0

    @property
    def risk(self) -> float:
        """Return the risk in [0, 1]: 0 at the best end of the scale, 1 at the worst."""
        return float((self.best - self.value) / (self.best - self.worst))


@dataclass(frozen=True, slots=True, kw_only=True)
class CountryLaw:
    """Everything on record about one country."""

    code: str
    name: str = ""
    facts: tuple[Fact, ...] = ()
    ratings: tuple[Rating, ...] = ()
    indices: tuple[IndexValue, ...] = ()

    def on(self, subject: str, day: date) -> Stand:
        """Return how the country stands to `subject` on `day`."""
        return stand([fact for fact in self.facts if fact.subject == subject], day)

    def rating(self, day: date) -> Rating | None:
        """Return counsel's rating that holds on `day`: the one recorded last."""
        held = [one for one in self.ratings if one.holds(day)]
        return max(held, key=lambda one: one.number, default=None)

    def index(self, day: date) -> IndexValue | None:
        """Return the index value that counts on `day`: of the latest edition, imported last."""
        out = [one for one in self.indices if one.since <= day]
        return max(out, key=lambda one: (one.edition, one.since, one.number), default=None)

    def turns(self, day: date) -> list[date]:
        """Return every day after `day` on which something on record begins or ends, in order."""
        return sorted({turn for turn in self._turns() if turn > day})

    def _turns(self) -> Iterator[date]:
        bounds = [(fact.since, fact.until) for fact in self.facts]
        bounds += [(rating.since, rating.until) for rating in self.ratings]
        for since, until in bounds:
            if since is not None:
                yield since
            if until is not None and until < date.max:
                yield date.fromordinal(until.toordinal() + 1)
        for index in self.indices:
            yield index.since
        for fact in self.facts:
            if fact.since is None and fact.status == Status.IN_FORCE:
                yield first_day(fact.as_of)


def first_day(as_of: str) -> date:
    """Return the first day of "2025", "2025-10" or "2025-10-31"; the first of all days for ""."""
    if not as_of:
        return date.min
    year, month, day = [*(int(part) for part in as_of.split("-")), 1, 1][:3]
    return date(year, month, day)


def stand(facts: Iterable[Fact], day: date) -> Stand:
    """Return how things stand on `day` by facts about one subject of one country.

    What counsel has recorded of the day wins over the data delivered with the product.
    """
    told = list(facts)
    counsel = [fact for fact in told if fact.by_counsel and fact.holds(day)]
    if counsel:
        said = max(counsel, key=lambda fact: fact.number)
        return Stand(said.status, said)
    ours = [fact for fact in told if not fact.by_counsel]
    held = [fact for fact in ours if fact.holds(day)]
    if held:
        said = max(held, key=lambda fact: (fact.since or date.min, fact.number))
        return Stand(said.status, said)
    return _out_of_reach(ours, day)


def _out_of_reach(facts: list[Fact], day: date) -> Stand:
    """The stand where facts speak of other days only."""
    if not facts or facts[0].subject == SPECIAL_301:
        # A list that has run out, or has not begun, says nothing about the country.
        return Stand(Status.UNKNOWN)
    over = [fact for fact in facts if fact.until is not None and fact.until < day]
    if over:
        said = max(over, key=lambda fact: fact.until or date.min)
        was = Status.LEFT if said.status == Status.IN_FORCE else Status.UNKNOWN
        return Stand(was, said)
    coming = [fact for fact in facts if fact.since is not None and fact.since > day]
    if coming:
        said = min(coming, key=lambda fact: fact.since or date.max)
        return Stand(Status.NONE, said, coming=said.since)
    return Stand(Status.UNKNOWN, facts[0])


def treaties_for(kinds: Iterable[str]) -> list[str]:
    """Return the treaties that protect any of these kinds of IP, in the order shown."""
    wanted = {treaty for kind in kinds for treaty in PROTECTS.get(IpKind(kind), {})}
    return [treaty for treaty in TREATIES if treaty in wanted]
