"""Which questions an assessment asks: chosen once from the engagement, then stored.

Pure. Later changes of the engagement do not move questions under the people who answer them; a new
assessment is made instead.
"""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from assessments.schema import Applies, Question, Questionnaire, Tier
from vendors.intake import IpKind, Service
from vendors.question_file import Frozen


class Facts(Frozen):
    """What is known about the engagement.

    No kinds of IP and no service mean "not known": then nothing is left out on their account.
    """

    ip_kinds: tuple[IpKind, ...] = ()
    service: Service | None = None
    tier: Tier


class Selection(Frozen):
    """The chosen sections and questions, in file order. Stored with the assessment as JSON."""

    section_keys: tuple[str, ...]
    question_keys: tuple[str, ...]


def select(questionnaire: Questionnaire, facts: Facts) -> Selection:
    """Return the sections and questions for ``facts``.

    A question is asked from its ``min_tier`` up; a child only where its gate is asked; a section
    only where it has a question left.
    """
    sections: list[str] = []
    questions: list[str] = []
    for section in questionnaire.sections:
        if not _applies(section.applies, facts):
            continue
        chosen = [key for question in section.questions for key in _chosen(question, facts)]
        if chosen:
            sections.append(section.key)
            questions += chosen
    return Selection(section_keys=tuple(sections), question_keys=tuple(questions))


def _chosen(question: Question, facts: Facts) -> list[str]:
    if facts.tier.rank < question.min_tier.rank or not _applies(question.applies, facts):
        return []
    return [
        question.key,
        *(key for child in question.children for key in _chosen(child, facts)),
    ]


def _applies(applies: Applies, facts: Facts) -> bool:
    return (
        _meets(applies.ip_kinds, facts.ip_kinds)
        and _meets(applies.services, () if facts.service is None else (facts.service,))
        and _meets(applies.tiers, (facts.tier,))
    )


def _meets(wanted: Collection[StrEnum], given: Collection[StrEnum]) -> bool:
    return not wanted or not given or not set(wanted).isdisjoint(given)
