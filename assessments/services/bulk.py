"""The same step for several vendors at once: opening, handing over, chasing.

Each is a transaction of its own, so that one that is refused holds up nothing; the outcome says
which were, and why. Many are done by workers: `assessments.services.together_runs`.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.services import notifications
from assessments import workflow
from assessments.errors import NotPossibleNow
from assessments.models import Assessment, Questionnaire, Renewal, Stage, TogetherRun
from assessments.selectors.assessments import visible_to
from assessments.selectors.portal import held_by_vendor, invitations_of, is_live
from assessments.selectors.renewals import renewals_visible_to, waiting
from assessments.services import assessments, invitations, renewals, stages
from audit import clock
from audit.errors import Invalid, Refused
from vendors.models import Engagement
from vendors.selectors import engagements_visible_to

#: At most so many in one go.
MOST: Final = 100


@dataclass(frozen=True)
class Outcome:
    """What came of it: those that were done, and for the others a sentence each."""

    done: list[Assessment] = field(default_factory=list)
    refused: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True)
class Asked:
    """What is asked of all of them; None leaves what there is, or what follows from each."""

    due_on: date | None = None
    assigned_to: User | None = None
    questionnaire: Questionnaire | None = None


@dataclass(frozen=True)
class Step:
    """A step for several.

    rows: of what it can be done now by whoever asks. do: one of them; raises Refused.
    """

    rows: Callable[[Principal], QuerySet[Any]]
    do: Callable[[Any, Asked, Principal], Assessment]


class NobodyToChase(Refused):
    """Nobody is asked to answer: no contact is invited, and nobody of the house is named."""

    code = "nobody_to_chase"


def do(*, kind: str, rows: Collection[Any], asked: Asked | None = None, by: Principal) -> Outcome:
    """The step of this kind (`TogetherRun.Kind`) for each of these rows.

    Raises Invalid ("rows") for none of them, or too many.
    """
    check(rows)
    step, outcome = STEPS[kind], Outcome()
    for row in rows:
        try:
            outcome.done.append(step.do(row, asked or Asked(), by))
        except Refused as error:
            outcome.refused.append((name_of(row), error.message))
    return outcome


def check(rows: Collection[Any]) -> None:
    """Raise Invalid ("rows") for none of them, or too many."""
    if not rows:
        raise Invalid(_("Choose at least one."), errors={"rows": [_("Choose at least one.")]})
    if len(rows) > MOST:
        text = _("Choose at most %(most)d at a time.") % {"most": MOST}
        raise Invalid(text, errors={"rows": [text]})


def name_of(row: Engagement | Renewal | Assessment) -> str:
    """What a row is called, to those who chose it."""
    engagement = row if isinstance(row, Engagement) else row.engagement
    return f"{row.vendor.name}: {engagement.title}"


def _open(engagement: Engagement, asked: Asked, by: Principal) -> Assessment:
    """Without somebody named, for whoever sees to answering there."""
    return assessments.open_assessment(
        engagement=engagement,
        questionnaire=asked.questionnaire,
        due_on=asked.due_on,
        assigned_to=asked.assigned_to or stages.responsible(engagement.unit_id, Stage.FILLING_IN),
        by=by,
    )


def _renew(row: Renewal, asked: Asked, by: Principal) -> Assessment:
    """Without a day, due when the renewal is."""
    return renewals.start(
        renewal=row,
        due_on=asked.due_on or row.due_on,
        assigned_to=asked.assigned_to or stages.responsible(row.unit_id, Stage.FILLING_IN),
        by=by,
    )


def _plan(row: Assessment, asked: Asked, by: Principal) -> Assessment:
    """Handed over to somebody else, or until another day."""
    return assessments.plan(
        assessment=row,
        due_on=asked.due_on or row.due_on,
        assigned_to=asked.assigned_to or row.assigned_to,
        by=by,
    )


def _chase(row: Assessment, asked: Asked, by: Principal) -> Assessment:
    """Whoever has to answer is reminded: the invited contacts by a letter with a new link, or the
    colleague who fills it in."""
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
        title=_("Please answer: %(name)s") % {"name": name_of(row)},
        text=_("%(who)s reminds you of this assessment.") % {"who": by.label},
        url=reverse("assessments:assessment", args=[row.pk]),
        unit_id=row.unit_id,
        about=row.pk,
        occasion=f"chased {clock.today()}",
    )
    return row


def _open_to(permission: Permission) -> Callable[[Principal], QuerySet[Assessment]]:
    return lambda by: visible_to(by, permission).select_related(
        "vendor", "engagement", "assigned_to"
    )


STEPS: Final[Mapping[str, Step]] = {
    TogetherRun.Kind.OPEN: Step(
        lambda by: engagements_visible_to(by, Permission.OPEN_ASSESSMENTS).select_related("vendor"),
        _open,
    ),
    TogetherRun.Kind.RENEW: Step(
        lambda by: waiting(renewals_visible_to(by, Permission.OPEN_ASSESSMENTS)), _renew
    ),
    TogetherRun.Kind.PLAN: Step(_open_to(Permission.OPEN_ASSESSMENTS), _plan),
    TogetherRun.Kind.CHASE: Step(_open_to(Permission.INVITE), _chase),
}
