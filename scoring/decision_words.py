"""Decisions in words: what holds, why, and what that asks of the reader."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.permissions import Permission
from accounts.principal import Principal
from scoring.links import address
from scoring.models import Decision
from scoring.selectors.decisions import Known
from scoring.verdicts import Clearance, State, Verdict, Why

#: State -> (kind of the pill, words).
STATES: Final[Mapping[State, tuple[str, Promise]]] = {
    State.NONE: ("todo", lazy("No decision yet")),
    State.APPROVED: ("done", lazy("Approved")),
    State.CONDITIONS: ("active", lazy("Approved with conditions")),
    State.ON_HOLD: ("waiting", lazy("On hold")),
    State.REJECTED: ("stopped", lazy("Rejected")),
    State.EXPIRED: ("stale", lazy("Approval expired")),
    State.OVERTAKEN: ("attention", lazy("Needs a new decision")),
    State.ENDED: ("stopped", lazy("Engagement ended")),
}

#: Why an order may be placed or not, as programs and people read it.
REASONS: Final[Mapping[Why, Promise]] = {
    Why.NO_ENGAGEMENT: lazy("No engagement covers this."),
    Why.NO_DECISION: lazy("Nobody has decided on this engagement yet."),
    Why.ENDED: lazy("The engagement has ended."),
    Why.EXPIRED: lazy("The approval has expired."),
    Why.ON_HOLD: lazy("The engagement is on hold."),
    Why.REJECTED: lazy("The engagement was rejected."),
    Why.KNOCK_OUT: lazy("A knock-out blocks the engagement."),
    Why.LISTED: lazy("The vendor, or whoever owns half of it or more, is on a list of sanctions."),
    Why.LISTED_IN_PART: lazy(
        "An owner is on a list of sanctions, or a match with such a list waits to be decided."
    ),
    Why.OVERTAKEN: lazy("The score has moved since the approval: decide again."),
    Why.NOT_FINAL: lazy("The approval holds, but the score of today is not final."),
    Why.CONDITIONS: lazy("Approved with conditions."),
    Why.APPROVED: lazy("Approved."),
}

#: What speaks against approving today (`Known.caveats`).
CAVEATS: Final[Mapping[str, Promise]] = {
    "not_final": lazy("The score is not final: answers are missing, open to review, or have aged."),
    "knock_out": lazy("A knock-out was set off and stands."),
}


@dataclass(frozen=True, slots=True)
class ShownDecision:
    """What holds for an engagement as pages show it, beside the score and apart from it."""

    known: Known
    pill: str
    word: str
    sentence: str
    page_url: str
    decide_url: str

    @property
    def decision(self) -> Decision | None:
        """The latest decision."""
        return self.known.decision


def shown(known: Known, principal: Principal) -> ShownDecision:
    """What holds, in words, with the way to decide for who may."""
    pill, word = STATES[known.state]
    engagement = known.engagement
    may = principal.can(Permission.DECIDE, engagement.unit_id) and known.state is not State.ENDED
    return ShownDecision(
        known=known,
        pill=pill,
        word=str(word),
        sentence=sentence(known),
        page_url=address("scoring:decisions_of", engagement.pk),
        decide_url=address("scoring:decide", engagement.pk) if may else "",
    )


def sentence(known: Known) -> str:
    """One sentence about what holds."""
    decision = known.decision
    if decision is None:
        if known.state is State.ENDED:
            return _("The engagement ended without a decision.")
        return _("Nobody has said yet whether this may go ahead.")
    said: dict[str, Any] = {
        "who": decision.decided_by,
        "day": date_format(decision.decided_at, "DATE_FORMAT"),
        "until": date_format(decision.expires_on, "DATE_FORMAT") if decision.expires_on else "",
        "verdict": decision.get_verdict_display(),
    }
    match known.state:
        case State.EXPIRED:
            return _("%(verdict)s by %(who)s on %(day)s; that held until %(until)s.") % said
        case State.OVERTAKEN:
            return overtaken(known) % said
        case State.ENDED:
            return _("%(verdict)s by %(who)s on %(day)s; the engagement has ended since.") % said
    if decision.expires_on:
        return _("By %(who)s on %(day)s, until %(until)s.") % said
    return _("By %(who)s on %(day)s.") % said


def overtaken(known: Known) -> str:
    """Why it has to be decided again; `%(verdict)s`, `%(who)s` and `%(day)s` are still open."""
    decision = known.decision
    if known.now.blocked and decision is not None and not decision.blocked:
        return _("%(verdict)s by %(who)s on %(day)s; since then a knock-out blocks it.")
    if known.verdict in {Verdict.ON_HOLD, Verdict.REJECTED}:
        return _("%(verdict)s by %(who)s on %(day)s, which stands; the score is better since.")
    if decision is not None and known.now.is_rated and not decision.band.strip():
        return _("%(verdict)s by %(who)s on %(day)s, before there was a score.")
    return _("%(verdict)s by %(who)s on %(day)s; the score has left its band since.")


#: Clearance -> (kind of the pill, words).
CLEARED: Final[Mapping[Clearance, tuple[str, Promise]]] = {
    Clearance.ALLOWED: ("done", lazy("Orders are allowed")),
    Clearance.CONDITIONAL: ("attention", lazy("Orders on conditions only")),
    Clearance.BLOCKED: ("stopped", lazy("Orders are blocked")),
}


def cleared(known: Known) -> tuple[str, str, str]:
    """What the ordering system is told: kind of the pill, words, and why."""
    clearance, why = known.clearance
    pill, word = CLEARED[clearance]
    return pill, str(word), str(REASONS[why])
