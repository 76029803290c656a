"""Reading what is due again, and what was answered the last time."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments import cadence, schema
from assessments.models import Answer, Assessment, Questionnaire, Renewal, RenewalRule
from assessments.selectors.assessments import answers_of, published, schema_of
from assessments.sheet import State

#: Questionnaires whose key begins like this are for a light due diligence.
LIGHT: Final = "light"


def months_of(unit_id: UUID) -> dict[str, int]:
    """After how many months a unit asks again, by tier."""
    own = dict(RenewalRule.objects.filter(unit=unit_id).values_list("tier", "months"))
    return {str(tier): own.get(tier, months) for tier, months in cadence.MONTHS.items()}


def newest_of(questionnaire: Questionnaire) -> Questionnaire:
    """The newest published version of the same questionnaire; itself where there is none."""
    found = published().filter(key=questionnaire.key).first()
    return found or questionnaire


def questionnaire_for(*, light: bool) -> Questionnaire | None:
    """The questionnaire of a light due diligence, if one is published; None: the built-in one."""
    if not light:
        return None
    return published().filter(key__startswith=LIGHT).first()


def renewals_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Renewal]:
    """The renewals of the units in which `principal` holds `permission`."""
    rows = Renewal.objects.select_related("vendor", "engagement", "unit", "assessment", "started")
    return for_principal(rows, principal, permission=permission)


def waiting(rows: QuerySet[Renewal]) -> QuerySet[Renewal]:
    """Those that nobody has started, of engagements that go on, whose assessment still stands.

    While another assessment of the engagement is under way, nothing waits.
    """
    under_way = Assessment.objects.filter(
        engagement=OuterRef("engagement"), status__in=Assessment.OPEN
    )
    return rows.filter(
        ~Exists(under_way), started=None, assessment__status=Assessment.Status.APPROVED
    ).exclude(engagement__status="ended")


@dataclass(frozen=True)
class RenewalPage:
    """Some of what is due again, the earliest first; `next` leads to the rest."""

    rows: list[Renewal]
    next: str


def due_again(
    principal: Principal,
    unit: BusinessUnit | None,
    *,
    until: date | None = None,
    because: str = "",
    after: str = "",
    length: int = 50,
) -> RenewalPage:
    """What waits to be renewed up to a day; one query. `after`: "date id" of the last one shown."""
    rows = waiting(renewals_visible_to(principal))
    if unit is not None:
        rows = rows.filter(unit=unit)
    if until is not None:
        rows = rows.filter(due_on__lte=until)
    if because:
        rows = rows.filter(because=because)
    start = _cursor(after)
    if start is not None:
        day, pk = start
        rows = rows.filter(due_on__gte=day).exclude(due_on=day, pk__lte=pk)
    found = list(rows.order_by("due_on", "pk")[: length + 1])
    shown = found[:length]
    more = len(found) > length
    return RenewalPage(shown, f"{shown[-1].due_on.isoformat()}_{shown[-1].pk}" if more else "")


def _cursor(text: str) -> tuple[date, UUID] | None:
    day, _mark, pk = text.partition("_")
    try:
        return date.fromisoformat(day), UUID(pk)
    except ValueError:
        return None


def earlier_of(assessment: Assessment) -> Assessment | None:
    """The assessment that this one renews; None for a first one."""
    renewal = (
        Renewal.objects.filter(started=assessment)
        .select_related("assessment__questionnaire")
        .defer("assessment__questionnaire__content")
        .first()
    )
    return renewal.assessment if renewal else None


_NOT_APPLICABLE: Final = frozenset({State.NA_PENDING, State.NA_APPROVED})


@dataclass(frozen=True)
class Offer:
    """What was said to a question the last time, as it can be said again.

    `answer`: the row of last time. `kept` whether the present answer says the same; None while
    there is none. `note`: what was written beside it, as far as the reader may know it.
    """

    question: schema.Question
    answer: Answer
    kept: bool | None
    note: str


def offers(
    assessment: Assessment, answers: Mapping[str, Answer], *, vendor_side: bool = False
) -> dict[str, Offer]:
    """Last time's answers by question, for those questions whose meaning has not changed.

    An approved "does not apply" is offered again with its reason, and waits for the reviewer. On
    the vendor's side: only what was the vendor's to answer then, too, and no note of the house.
    """
    earlier = earlier_of(assessment)
    if earlier is None:
        return {}
    now, then = schema_of(assessment), schema_of(earlier)
    found = {}
    for key, answer in answers_of(earlier).items():
        if key not in assessment.questions or answer.state == State.BLANK:
            continue
        item, older = now.by_key.get(key), then.by_key.get(key)
        if answer.is_overridden:
            # What counted was the reviewer's, not what was said.
            continue
        if item is None or older is None or not same_meaning(item.question, older.question):
            continue
        if vendor_side and older.question.respondent != schema.Respondent.VENDOR:
            continue
        note = "" if vendor_side and answer.answered_by_contact_id is None else answer.note
        if note == "" and answer.state in _NOT_APPLICABLE:
            # It needs a reason, which is not theirs to know: they say it anew.
            continue
        present = answers.get(key)
        there = present is not None and present.state != State.BLANK
        found[key] = Offer(
            item.question,
            answer,
            _says(present) == _says(answer) if there else None,
            note,
        )
    return found


def same_meaning(one: schema.Question, other: schema.Question) -> bool:
    """Whether an answer to one question answers the other: same kind, same things to choose."""
    return one.kind == other.kind and [(option.key, option.risk) for option in one.choices] == [
        (option.key, option.risk) for option in other.choices
    ]


def _says(answer: Answer | None) -> tuple[object, object]:
    if answer is None:
        return (None, None)
    state = State.NA_PENDING if answer.state == State.NA_APPROVED else answer.state
    return (int(state), answer.value)
