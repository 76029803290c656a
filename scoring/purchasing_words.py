"""What an open assessment lacks on its way to the sign-off, in words that lead to the place."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from assessments.models import Assessment
from scoring.links import address

Status = Assessment.Status


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is missing, and where it is done."""

    said: str
    url: str


def waits_for(row: Assessment) -> str:
    """Who has it in hand, by name where somebody is named."""
    match row.status:
        case Status.SENT:
            return _("The vendor")
        case Status.SUBMITTED | Status.IN_REVIEW:
            return str(row.reviewer) if row.reviewer else _("Legal: nobody has taken it up yet")
    return str(row.assigned_to) if row.assigned_to else _("Nobody is named")


def missing(row: Assessment) -> list[Missing]:
    """What is missing for the sign-off, in the order in which it is done.

    Taken from columns and figures at hand (`purchasing.with_all`): it asks no query.
    """
    pk, score = row.pk, getattr(row, "current_score", None)
    found: list[Missing] = []

    def add(said: str, page: str) -> None:
        found.append(Missing(said, address(page, pk)))

    in_the_house = row.status in (Status.DRAFT, Status.RETURNED)
    if in_the_house and row.assigned_to is None:
        add(_("Say who fills it in"), "assessments:plan")
    if row.status == Status.RETURNED:
        count = len(row.rework or ())
        add(
            ngettext("%(count)d answer was sent back", "%(count)d answers were sent back", count)
            % {"count": count}
            if count
            else _("It was sent back"),
            "assessments:assessment",
        )
    left = row.applicable - row.answered
    if left > 0:
        add(
            ngettext("%(count)d question is open", "%(count)d questions are open", left)
            % {"count": left},
            "assessments:check" if in_the_house else "assessments:assessment",
        )
    proofs = score.missing_proofs if score is not None else 0
    if proofs:
        add(
            ngettext("%(count)d answer lacks proof", "%(count)d answers lack proof", proofs)
            % {"count": proofs},
            "assessments:proofs",
        )
    if row.status == Status.SENT:
        add(_("The vendor has to hand in"), "assessments:sending")
    if in_the_house:
        add(_("It has to be submitted"), "assessments:check")
    if row.status == Status.IN_REVIEW:
        add(_("The review has to be finished"), "assessments:assessment")
    else:
        add(_("It has to be reviewed"), "assessments:assessment")
    return found
