"""Can we work with them? One sentence on top of a vendor's page, and what to do about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.permissions import Permission
from accounts.principal import Principal
from assessments.models import Assessment
from scoring.decision_words import REASONS
from scoring.links import address
from scoring.selectors.decisions import Known
from scoring.verdicts import Clearance, Why
from vendors.models import Engagement, Vendor

_Status = Assessment.Status


@dataclass(frozen=True, slots=True)
class Verdict:
    """`tone`: kind of the pill; `answer`: yes or no; `why`: a sentence; `todo`: what to do next.

    `url` leads to where that is done, "" where the reader cannot do it.
    """

    tone: str
    answer: str
    why: str
    todo: str = ""
    url: str = ""


#: From the worst to the best.
_ORDER: Final = (Clearance.BLOCKED, Clearance.CONDITIONAL, Clearance.ALLOWED)
#: Of two that are as bad, the one that weighs more.
_GRAVE: Final = (Why.LISTED, Why.KNOCK_OUT, Why.REJECTED, Why.LISTED_IN_PART)


def verdict(vendor: Vendor, known: Sequence[Known], principal: Principal) -> Verdict:
    """What holds for the vendor as the reader sees it; `known`: for each of its engagements."""
    if vendor.status == Vendor.Status.ARCHIVED:
        return Verdict("stopped", _("No"), _("This vendor is archived."))
    going = [one for one in known if one.engagement.status != Engagement.Status.ENDED]
    if not going:
        if known:
            return Verdict("stopped", _("No"), _("Every engagement has ended."))
        may = principal.can(Permission.EDIT_ENGAGEMENTS)
        return Verdict(
            "todo",
            _("Not known yet"),
            _("There is no engagement that could be assessed."),
            _("Say what this vendor does for you"),
            address("vendors:engagement_add", vendor.pk) if may else "",
        )
    ranked = sorted(going, key=_rank)
    worst, clear = ranked[0], [one.clearance[0] for one in ranked]
    todo, url = _todo(worst, principal)
    tone, answer = _answer(clear)
    return Verdict(tone, answer, _why(worst, clear), todo, url)


def _rank(one: Known) -> tuple[int, int, str]:
    clearance, why = one.clearance
    grave = _GRAVE.index(why) if why in _GRAVE else len(_GRAVE)
    return _ORDER.index(clearance), grave, str(one.engagement.pk)


def _answer(clear: Sequence[Clearance]) -> tuple[str, str]:
    """Kind of the pill and the answer; `clear` from the worst to the best."""
    if clear[0] is Clearance.ALLOWED:
        return "done", _("Yes")
    if clear[0] is Clearance.CONDITIONAL:
        return "attention", _("Yes, on conditions")
    if clear[-1] is Clearance.BLOCKED:
        return "stopped", _("Not as it stands")
    return "attention", _("In part")


def _why(worst: Known, clear: Sequence[Clearance]) -> str:
    said = str(REASONS[worst.clearance[1]])
    if len(clear) == 1:
        return said
    going = sum(one is not Clearance.BLOCKED for one in clear)
    if clear[0] is Clearance.ALLOWED:
        return _("All %(count)d engagements are approved.") % {"count": len(clear)}
    return _("%(going)d of %(count)d engagements may go on. “%(title)s”: %(why)s") % {
        "going": going,
        "count": len(clear),
        "title": worst.engagement.title,
        "why": said,
    }


def _todo(one: Known, principal: Principal) -> tuple[str, str]:
    """What to do about the engagement that stops most; without an address for who may not."""
    why, unit_id = one.clearance[1], one.engagement.unit_id
    decide = address("scoring:decide", one.engagement.pk)
    decided = address("scoring:decisions_of", one.engagement.pk)
    may_decide = principal.can(Permission.DECIDE, unit_id)
    match why:
        case Why.LISTED | Why.LISTED_IN_PART:
            return _("See the matches"), address("vendors:screening", one.engagement.vendor_id)
        case Why.KNOCK_OUT if one.assessment:
            return (
                _("See what has to be put right"),
                address("scoring:scorecard", one.assessment.pk),
            )
        case Why.NO_DECISION:
            return _towards(one, principal)
        case Why.EXPIRED | Why.OVERTAKEN:
            return _("Decide again"), decide if may_decide else ""
        case Why.NOT_FINAL if one.assessment:
            return _("See what makes it final"), address("scoring:scorecard", one.assessment.pk)
        case Why.CONDITIONS:
            return _("See the conditions"), decided
        case Why.ON_HOLD | Why.REJECTED:
            return _("Read why"), decided
    return "", ""


#: Status of the assessment -> what is next on the way to a decision, the page, who may.
_NEXT: Final[dict[str, tuple[Promise, str, Permission]]] = {
    _Status.DRAFT: (
        lazy("Answer the questions and submit them"),
        "assessments:assessment",
        Permission.ANSWER,
    ),
    _Status.RETURNED: (
        lazy("Correct what was sent back"),
        "assessments:assessment",
        Permission.ANSWER,
    ),
    _Status.SENT: (
        lazy("Wait for the vendor's answers, or remind them"),
        "assessments:sending",
        Permission.INVITE,
    ),
    _Status.SUBMITTED: (lazy("Review the answers"), "assessments:review", Permission.REVIEW),
    _Status.IN_REVIEW: (
        lazy("Finish the review and sign off"),
        "assessments:review",
        Permission.REVIEW,
    ),
}


def _towards(one: Known, principal: Principal) -> tuple[str, str]:
    """The next step of an engagement on which nobody has decided."""
    unit_id = one.engagement.unit_id
    if one.assessment is None:
        may = principal.can(Permission.OPEN_ASSESSMENTS, unit_id)
        return _("Open an assessment"), address(
            "assessments:open", one.engagement.pk
        ) if may else ""
    if one.assessment.status in _NEXT:
        said, page, permission = _NEXT[one.assessment.status]
        may = principal.can(permission, unit_id)
        return str(said), address(page, one.assessment.pk) if may else ""
    may = principal.can(Permission.DECIDE, unit_id)
    return _("Decide"), address("scoring:decide", one.engagement.pk) if may else ""
