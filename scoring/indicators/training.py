"""Training: the share of named people whose training is in date.

A person is in date when every topic that is needed of their side, and every other topic in which
they were ever trained, has a training that still counts on the day; at least one. The risk is the
share of those who are not.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from assessments.sheet import EvidenceLevel
from scoring.indicators.value import Said, Value, exact


@dataclass(frozen=True, slots=True)
class Course:
    """The training in a topic that counts longest. `valid_until` None: it does not expire."""

    valid_until: date | None
    certified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """A named person, by an id that says nothing. `courses`: topic -> what counts longest."""

    id: str
    side: str  # "ours" or "vendor"
    needed: frozenset[str] = frozenset()
    courses: Mapping[str, Course] = field(default_factory=dict)


def training(people: Sequence[Person], as_of: date) -> Value | None:
    """The risk of people who are not in date; None where nobody is named."""
    if not people:
        return None
    good = [person for person in people if in_date(person, as_of)]
    ends = [end for person in good if (end := _end(person)) is not None]
    certified = bool(good) and all(
        course.certified for person in good for course in person.courses.values()
    )
    return exact(
        1 - len(good) / len(people),
        evidence=EvidenceLevel.DOCUMENT if certified else EvidenceLevel.SELF_DECLARED,
        said=_said(people, good, min(ends, default=None)),
        inputs={"people": [_input(person) for person in people]},
        next_change=min(ends) + timedelta(days=1) if ends else None,
    )


def in_date(person: Person, as_of: date) -> bool:
    """Whether all that is needed of a person, and all they were trained in, counts that day."""
    if not person.courses or person.needed - set(person.courses):
        return False
    return all(
        course.valid_until is None or course.valid_until >= as_of
        for course in person.courses.values()
    )


def _end(person: Person) -> date | None:
    """The last day on which a person who is in date still is."""
    ends = [course.valid_until for course in person.courses.values() if course.valid_until]
    return min(ends, default=None)


def _said(
    people: Sequence[Person], good: Sequence[Person], first_end: date | None
) -> tuple[Said, ...]:
    said = [Said("summary", {"in_date": len(good), "all": len(people)})]
    for side in ("ours", "vendor"):
        named = sum(person.side == side for person in people)
        if named:
            fine = sum(person.side == side for person in good)
            said.append(Said(side, {"in_date": fine, "all": named}))
        else:
            said.append(Said(f"{side}_none"))
    if untrained := sum(not person.courses for person in people):
        said.append(Said("untrained", {"count": untrained}))
    if first_end is not None:
        said.append(Said("first_end", {"day": first_end.isoformat()}))
    return tuple(said)


def _input(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "side": person.side,
        "needed": sorted(person.needed),
        "courses": {
            topic: {
                "valid_until": course.valid_until.isoformat() if course.valid_until else None,
                "certified": course.certified,
            }
            for topic, course in sorted(person.courses.items())
        },
    }
