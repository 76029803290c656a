"""Decisions: what holds for an engagement today, and what came before."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.conf import settings
from django.db.models import (
    QuerySet,
)

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import Answer, Assessment
from audit import clock
from scoring.models import CurrentScore, Decision
from scoring.selectors.listing import listed_of
from scoring.selectors.scores import unread
from scoring.verdicts import (
    APPROVALS,
    Basis,
    Clearance,
    Listed,
    State,
    Verdict,
    Why,
    clearance,
    state_of,
)
from vendors.models import Engagement, Finding
from vendors.selectors import engagements_visible_to
from vendors.selectors.findings import findings_visible_to
from vendors.selectors.merges import all_ids_of

#: Statuses in which nothing was handed in yet.
DRAFTS: Final = (Assessment.Status.DRAFT, Assessment.Status.SENT)


@dataclass(frozen=True, slots=True)
class Known:
    """What holds for an engagement: its latest decision, what that is worth, and the score now."""

    engagement: Engagement
    decision: Decision | None
    state: State
    assessment: Assessment | None = None
    score: CurrentScore | None = None
    now: Basis = field(default_factory=Basis)

    @property
    def verdict(self) -> Verdict | None:
        """What was decided last, whatever it is worth today."""
        return Verdict(self.decision.verdict) if self.decision else None

    @property
    def number(self) -> int:
        """How many decisions there are: the version of what is known."""
        return self.decision.number if self.decision else 0

    @property
    def seen(self) -> str:
        """The score that whoever decides has before them; another score, another text."""
        if self.score is None:
            return ""
        said = self.score
        return f"{said.assessment_id}:{said.score_id}:{said.band}:{said.points}:{said.blocked}"

    @property
    def caveats(self) -> tuple[str, ...]:
        """What speaks against approving today although it may be approved: "not_final", where the
        score is provisional, aged, missing or behind the answers; "knock_out"."""
        found = []
        if self.assessment is not None and (self.now.behind or self.now.status != "final"):
            found.append("not_final")
        if self.score is not None and self.score.said.triggered:
            found.append("knock_out")
        return tuple(found)

    @property
    def clearance(self) -> tuple[Clearance, Why]:
        """May an order be placed, and why."""
        return clearance(self.verdict, self.state, self.now)


def decisions_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Decision]:
    """The decisions of the units in which `principal` holds `permission`."""
    rows = Decision.objects.select_related("engagement__vendor", "unit", "decided_by")
    return for_principal(rows, principal, permission=permission)


def history(engagement: Engagement) -> list[Decision]:
    """All decisions on an engagement that is seen, the latest first."""
    rows = Decision.objects.filter(engagement=engagement).select_related("decided_by")
    return list(rows.order_by("-number"))


@dataclass(frozen=True, slots=True)
class Followed:
    """A condition of a decision, and how far it has come; `finding`: where it is followed up and
    may be seen."""

    text: str
    due_on: date | None
    finding: Finding | None

    @property
    def late(self) -> bool:
        """Whether its day has passed, and nobody has seen that it is done."""
        done = self.finding is not None and self.finding.is_closed
        return self.due_on is not None and self.due_on < clock.today() and not done


def followed_up(decision: Decision, principal: Principal) -> list[Followed]:
    """The conditions of a decision that is seen, with the findings that follow them up."""
    ids = [one["finding"] for one in decision.conditions if one["finding"]]
    seen = {str(row.pk): row for row in findings_visible_to(principal).filter(pk__in=ids)}
    return [
        Followed(one["text"], one["due_on"], seen.get(one["finding"] or ""))
        for one in decision.condition_list
    ]


def current(engagement: Engagement) -> Known:
    """What holds for an engagement today."""
    return current_of_many([engagement])[engagement.pk]


def current_of_many(
    engagements: Iterable[Engagement],
    counting: Mapping[UUID, Assessment] | None = None,
    decisions: Iterable[Decision] | None = None,
) -> dict[UUID, Known]:
    """What holds for each of some engagements; as many queries however many there are.

    Where they were read already, `counting`: the assessment that counts of each, with its score;
    `decisions`: the latest of each, with whoever made it.
    """
    wanted = {one.pk: one for one in engagements}
    latest = latest_of(wanted) if decisions is None else decisions
    decided = {one.engagement_id: one for one in latest if one.engagement_id in wanted}
    counting = counting_of(wanted) if counting is None else counting
    today = clock.today()
    # It can only take an approval away.
    approved = {pk for pk, one in decided.items() if one.verdict in APPROVALS}
    listed = listed_of({wanted[pk].vendor_id for pk in approved}, today) if approved else {}
    return {
        pk: _known(
            engagement,
            decided.get(pk),
            counting.get(pk),
            listed.get(engagement.vendor_id, Listed.NO),
            today,
        )
        for pk, engagement in wanted.items()
    }


def latest_of(engagements: Any) -> QuerySet[Decision]:
    """The latest decision on each of some engagements, given by key, with whoever made it."""
    rows = Decision.objects.filter(engagement__in=engagements).select_related("decided_by")
    return rows.order_by("engagement", "-number").distinct("engagement")


def counting_of(engagement_ids: Iterable[UUID]) -> dict[UUID, Assessment]:
    """The assessment that counts of each engagement, with its score; one query."""
    return counting_among(assessments_of(engagement_ids))


def counting_among(assessments: Iterable[Assessment]) -> dict[UUID, Assessment]:
    """By engagement, of its assessments, the latest first: the latest handed in, else the draft."""
    counting: dict[UUID, Assessment] = {}
    for one in assessments:
        there = counting.get(one.engagement_id)
        if there is None or (there.status in DRAFTS and one.status not in DRAFTS):
            counting[one.engagement_id] = one
    return counting


def assessments_of(engagement_ids: Any) -> QuerySet[Assessment]:
    """The assessments that may count, the latest first, with their scores."""
    return (
        Assessment.objects.filter(engagement__in=engagement_ids)
        .exclude(status=Assessment.Status.CLOSED)
        .select_related("current_score__score", "current_score__model__methodology")
        .defer(
            "questions",
            "current_score__inputs",
            "current_score__score__inputs",
            *unread("current_score__"),
        )
        .order_by("-pk")
    )


def _known(
    engagement: Engagement,
    decision: Decision | None,
    counting: Assessment | None,
    listed: Listed,
    today: date,
) -> Known:
    score: CurrentScore | None = getattr(counting, "current_score", None) if counting else None
    now = Basis(listed=listed)
    if counting is not None and score is not None:
        behind = score.inputs_version < counting.inputs_version
        now = Basis(score.band, score.status, score.blocked, behind, listed)
    elif counting is not None:
        now = Basis(status="not_rated", behind=True, listed=listed)
    state = state_of(
        Verdict(decision.verdict) if decision else None,
        expires_on=decision.expires_on if decision else None,
        ended=engagement.status == Engagement.Status.ENDED,
        then=basis_of(decision),
        now=now,
        today=today,
    )
    return Known(engagement, decision, state, counting, score, now)


def basis_of(decision: Decision | None) -> Basis:
    """The score that a decision was made on."""
    if decision is None:
        return Basis()
    return Basis(decision.band, decision.status, decision.blocked)


def has_filled_in(assessment: Assessment, person_id: UUID) -> bool:
    """Whether this person handed the assessment in, or gave any of its answers."""
    if assessment.submitted_by_id == person_id:
        return True
    return Answer.objects.filter(assessment=assessment, answered_by=person_id).exists()


def needs_another(known: Known, principal: Principal) -> bool:
    """Whether the two-person rule asks for somebody else than `principal` to decide."""
    if not settings.REQUIRE_SECOND_PERSON or known.assessment is None or principal.kind != "user":
        return False
    return has_filled_in(known.assessment, UUID(principal.id))


# --- for whoever orders --------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Scope:
    """What an order is about, as the ordering system names it; "" asks for nothing."""

    purchasing_org: str = ""
    company_code: str = ""
    category: str = ""


def clearing(principal: Principal, vendor_id: UUID, scope: Scope) -> Known | None:
    """What decides whether `vendor_id` may be ordered from; None where no engagement fits.

    An engagement fits where each value asked for is its own, or it names none. Of those that fit,
    the ones that name most of it count; of these, the one that allows least.
    """
    rows = engagements_visible_to(principal, Permission.READ_SCORES).filter(
        vendor__in=all_ids_of(vendor_id)
    )
    fitting = [(one, fit) for one in rows if (fit := _fit(one, scope)) is not None]
    if not fitting:
        return None
    going = [(one, fit) for one, fit in fitting if one.status != Engagement.Status.ENDED]
    fitting = going or fitting
    most = max(fit for _one, fit in fitting)
    known = current_of_many(one for one, fit in fitting if fit == most).values()
    return min(known, key=lambda one: (_HARD[one.clearance[0]], str(one.engagement.pk)))


_HARD: Final = {Clearance.BLOCKED: 0, Clearance.CONDITIONAL: 1, Clearance.ALLOWED: 2}


def _fit(engagement: Engagement, scope: Scope) -> int | None:
    """How many of the values asked for the engagement names itself; None where one is another."""
    pairs: Sequence[tuple[str, str]] = (
        (scope.purchasing_org, engagement.purchasing_org),
        (scope.company_code, engagement.company_code),
        (scope.category, engagement.category),
    )
    same = 0
    for asked, own in pairs:
        if not asked or not own:
            continue
        if asked.strip().casefold() != own.strip().casefold():
            return None
        same += 1
    return same
