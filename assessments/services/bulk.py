"""The same step for several vendors at once: opening, handing over, chasing.

Each is a transaction of its own, so that one that is refused holds up nothing; the outcome says
which were, and why.
"""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Final, TypeVar

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.principal import Principal
from accounts.services import notifications
from assessments import workflow
from assessments.errors import NotPossibleNow
from assessments.models import Assessment, Questionnaire, Renewal, Stage
from assessments.selectors.portal import held_by_vendor, invitations_of, is_live
from assessments.services import assessments, invitations, renewals, stages
from audit import clock
from audit.errors import Invalid, Refused
from vendors.models import Engagement

R = TypeVar("R")
#: At most so many in one go: each takes its own transaction while somebody waits.
MOST: Final = 100


@dataclass(frozen=True)
class Outcome:
    """What came of it: those that were done, and for the others a sentence each."""

    done: list[Assessment] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


def open_many(
    *,
    engagements: Collection[Engagement],
    questionnaire: Questionnaire | None,
    due_on: date | None,
    assigned_to: User | None,
    by: Principal,
) -> Outcome:
    """Open an assessment for each; without `assigned_to`, for whoever sees to answering there."""

    def one(engagement: Engagement) -> Assessment:
        return assessments.open_assessment(
            engagement=engagement,
            questionnaire=questionnaire,
            due_on=due_on,
            assigned_to=assigned_to or stages.responsible(engagement.unit_id, Stage.FILLING_IN),
            by=by,
        )

    return _each(engagements, one, lambda row: f"{row.vendor.name}: {row.title}")


def renew_many(
    *,
    rows: Collection[Renewal],
    due_on: date | None,
    assigned_to: User | None,
    by: Principal,
) -> Outcome:
    """Start each renewal; without `due_on`, due when the renewal is."""

    def one(row: Renewal) -> Assessment:
        return renewals.start(
            renewal=row,
            due_on=due_on or row.due_on,
            assigned_to=assigned_to or stages.responsible(row.unit_id, Stage.FILLING_IN),
            by=by,
        )

    return _each(rows, one, lambda row: f"{row.vendor.name}: {row.engagement.title}")


def plan_many(
    *,
    rows: Collection[Assessment],
    due_on: date | None,
    assigned_to: User | None,
    by: Principal,
) -> Outcome:
    """Hand each over to somebody else, or move its due date; None leaves what there is."""

    def one(row: Assessment) -> Assessment:
        return assessments.plan(
            assessment=row,
            due_on=due_on or row.due_on,
            assigned_to=assigned_to or row.assigned_to,
            by=by,
        )

    return _each(rows, one, _name)


class NobodyToChase(Refused):
    """Nobody is asked to answer: no contact is invited, and nobody of the house is named."""

    code = "nobody_to_chase"


def chase_many(*, rows: Collection[Assessment], by: Principal) -> Outcome:
    """Remind of each whoever has to answer: the invited contacts by a letter with a new link, or
    the colleague who fills it in."""

    def one(row: Assessment) -> Assessment:
        if row.status not in workflow.EDITABLE:
            raise NotPossibleNow(row, workflow.Action.SAVE)
        invited = invitations_of(row).select_related("contact") if held_by_vendor(row) else ()
        live = [invitation for invitation in invited if is_live(invitation)]
        for invitation in live:
            invitations.remind(invitation=invitation, by=by)
        if live:
            return row
        if row.assigned_to is None:
            raise NobodyToChase(_("Nobody is asked to answer. Say who fills it in first."))
        notifications.tell(
            user=row.assigned_to,
            kind="assessment_overdue",
            title=_("Please answer: %(name)s") % {"name": _name(row)},
            text=_("%(who)s reminds you of this assessment.") % {"who": by.label},
            url=reverse("assessments:assessment", args=[row.pk]),
            unit_id=row.unit_id,
            about=row.pk,
            occasion=f"chased {clock.today()}",
        )
        return row

    return _each(rows, one, _name)


def _name(row: Assessment) -> str:
    return f"{row.vendor.name}: {row.engagement.title}"


def _each(rows: Iterable[R], step: Callable[[R], Assessment], name: Callable[[R], str]) -> Outcome:
    chosen = list(rows)
    if not chosen:
        raise Invalid(_("Choose at least one."), errors={"rows": [_("Choose at least one.")]})
    if len(chosen) > MOST:
        text = _("Choose at most %(most)d at a time.") % {"most": MOST}
        raise Invalid(text, errors={"rows": [text]})
    outcome = Outcome()
    for row in chosen:
        try:
            outcome.done.append(step(row))
        except Refused as error:
            outcome.refused.append((name(row), error.message))
    return outcome
