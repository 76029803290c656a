"""What recorded facts say of an engagement, in words, and the answers they stand in for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

import structlog
from django.db.models import Exists, Func, OuterRef, TextField
from django.db.models.functions import Cast
from django.utils.functional import Promise

from accounts.permissions import Permission
from accounts.principal import Principal
from assessments import schema
from assessments.models import Assessment
from assessments.schema import Questionnaire
from assessments.selectors.assessments import answers_of, schema_of
from assessments.sheet import RISK_SCALE, State
from scoring.compile import item_key
from scoring.engine.batch import Resolved
from scoring.engine.plan import Plan
from scoring.fact_words import value_in_words
from scoring.facts.registry import SOURCES
from scoring.models import FactSheet, IndicatorValue
from scoring.selectors.labels import lang, words_of
from vendors.models import Engagement, Vendor
from vendors.selectors import engagements_visible_to

log = structlog.get_logger(__name__)

#: From this difference between a fact and the answer it stands in for, they contradict each other.
CONTRADICTS = RISK_SCALE // 2


@dataclass(frozen=True, slots=True)
class Shown:
    """An indicator in words. Risks are 1/10,000; `state` is that of `IndicatorValue`."""

    key: str
    title: str
    state: str
    lo: int
    pt: int
    hi: int
    evidence: int
    sentences: Sequence[str]
    inputs: Mapping[str, Any]
    holds_until: date | None
    as_of: date
    page: str

    @property
    def milli(self) -> tuple[int, int, int]:
        """lo, pt and hi as milli-points of 100."""
        return self.lo * 10, self.pt * 10, self.hi * 10


@dataclass(frozen=True, slots=True)
class Fact:
    """An indicator that counts, what it adds (milli-points), and the answers it stands in for.

    `answers`: (key, question, what is answered, whether that contradicts the fact).
    """

    shown: Shown
    points: int
    answers: Sequence[tuple[str, str, str, bool]]


def shown_of(engagement_id: UUID, moment: datetime | None = None) -> dict[str, Shown]:
    """Indicator -> what it says now, or what it said at a moment. Two queries at most."""
    if moment is None:
        sheet = FactSheet.objects.filter(pk=engagement_id).first()
        rows = IndicatorValue.objects.filter(pk__in=sheet.shown.values() if sheet else [])
    else:
        rows = (
            IndicatorValue.objects.filter(engagement=engagement_id, computed_at__lte=moment)
            .order_by("key", "-pk")
            .distinct("key")
        )
    return _shown({row.key: row for row in rows})


def of_vendor(vendor: Vendor, principal: Principal) -> list[tuple[Engagement, dict[str, Shown]]]:
    """The engagements of a vendor that they may see, with what the indicators say."""
    rows = engagements_visible_to(principal, Permission.READ_SCORES).filter(vendor=vendor)
    engagements = list(rows.order_by("status", "title", "pk"))
    found = shown_of_many([one.pk for one in engagements])
    return [(one, found[one.pk]) for one in engagements]


def shown_of_many(engagement_ids: Sequence[UUID]) -> dict[UUID, dict[str, Shown]]:
    """What the indicators of some engagements say now. One query."""
    named = FactSheet.objects.annotate(
        latest=Func(
            "shown",
            OuterRef("key"),
            function="jsonb_extract_path_text",
            output_field=TextField(),
        )
    ).filter(engagement=OuterRef("engagement"), latest=Cast(OuterRef("pk"), TextField()))
    found: dict[UUID, dict[str, IndicatorValue]] = {pk: {} for pk in engagement_ids}
    for row in IndicatorValue.objects.filter(Exists(named), engagement__in=engagement_ids):
        found[row.engagement_id][row.key] = row
    return {pk: _shown(rows) for pk, rows in found.items()}


def _shown(rows: Mapping[str, IndicatorValue]) -> dict[str, Shown]:
    """In the order of the registry, without those of which nothing is recorded any more."""
    return {
        key: in_words(rows[key]) for key in SOURCES if key in rows and rows[key].state != "nothing"
    }


def history_of(engagement_id: UUID, key: str) -> list[Shown]:
    """Everything an indicator has said of an engagement, the latest first; at most a hundred."""
    rows = IndicatorValue.objects.filter(engagement=engagement_id, key=key).order_by("-pk")
    return [in_words(row) for row in rows[:100]]


def in_words(row: IndicatorValue) -> Shown:
    """A stored value in the reader's language."""
    source = SOURCES.get(row.key)
    sentences = source.sentences if source else {}
    return Shown(
        key=row.key,
        title=str(source.title) if source else row.key,
        state=row.state,
        lo=row.lo,
        pt=row.pt,
        hi=row.hi,
        evidence=row.evidence,
        sentences=[sentence(sentences, code, values) for code, values in row.said],
        inputs=row.inputs,
        holds_until=row.holds_until,
        as_of=row.as_of,
        page=source.page if source else "",
    )


def sentence(sentences: Mapping[str, str | Promise], code: str, values: Mapping[str, Any]) -> str:
    """What was said, with its values; a sentence that this release no longer has stands bare.

    A sentence about one thing has words of its own where there are any, as ``<code>_one``.
    """
    text = sentences.get(f"{code}_one") if values.get("count") == 1 else None
    text = sentences.get(code) if text is None else text
    if text is None:
        return code
    try:
        return str(text).format(
            **{key: value_in_words(key, value) for key, value in values.items()}
        )
    except (KeyError, IndexError, ValueError) as error:
        log.warning("facts.sentence", code=code, reason=str(error))
        return str(text)


def replaced(
    questionnaire: Questionnaire,
    questions: Sequence[str],
    plan: Plan,
    resolved: Resolved,
) -> dict[str, str]:
    """Question -> the indicator that stands in for it, in one row of resolved inputs."""
    found: dict[str, str] = {}
    method = plan.methodology
    for key in method.counted:
        item = item_key(key)
        if item not in plan.item_keys:
            continue
        at = plan.item_keys.index(item)
        if resolved.state[at, 0] != State.ANSWERED or not resolved.known[at, 0]:
            continue
        replaces = set(method.indicators[key].replaces)
        for question in questions:
            if replaces & {question, *questionnaire.by_key[question].parents}:
                found.setdefault(question, key)
    return found


def beside(
    assessment: Assessment,
    plan: Plan,
    resolved: Resolved,
    points: Mapping[str, int],
    moment: datetime | None,
) -> list[Fact]:
    """The indicators that count in a score, as they were at a moment or are now.

    `points`: what each item of the score adds.
    """
    method = plan.methodology
    if not method.counted:
        return []
    questionnaire = schema_of(assessment)
    instead = replaced(questionnaire, assessment.questions, plan, resolved)
    answers = answers_of(assessment)
    found = []
    for key, one in shown_of(assessment.engagement_id, moment).items():
        if key not in method.indicators:
            continue
        told = []
        for question in (question for question, by in instead.items() if by == key):
            answer = answers.get(question)
            if answer is None or answer.counted_state != State.ANSWERED:
                continue
            asked = questionnaire.by_key[question].question
            risk = schema.resolve_risk(asked, answer.counted_value)
            against = risk is not None and abs(risk - one.pt) >= CONTRADICTS
            said = words_of(asked, answer)
            told.append((question, asked.text.text_for(lang()), said, against))
        found.append(Fact(shown=one, points=points.get(item_key(key), 0), answers=told))
    return found
