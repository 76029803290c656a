"""Deciding on an engagement: what people make of the numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import OutOfDate, Refused
from audit.record import record
from scoring.events import DecisionMade
from scoring.models import Decision
from scoring.selectors.decisions import Known, current, needs_another
from scoring.verdicts import APPROVALS, Verdict
from vendors import master_data
from vendors.finding_kinds import CONDITION
from vendors.models import Engagement, Finding
from vendors.services import findings

MOST_CONDITIONS: Final = 20
MOST_WORDS: Final = 4_000
#: How long an approval is suggested to hold, in months, and the longest that is taken.
SUGGESTED_MONTHS: Final = {"critical": 12, "high": 12, "moderate": 24, "low": 36}
LONGEST: Final = timedelta(days=5 * 366)


class PersonDecides(Refused):
    """Only a person who is signed in decides: no program does."""

    status = 403
    code = "person_needed"


class SecondPersonDecides(Refused):
    """Whoever filled in the assessment does not decide on it (setting REQUIRE_SECOND_PERSON)."""

    code = "second_person_needed"


class RuledOut(Refused):
    """A knock-out blocks the engagement: it cannot be approved as it stands."""

    code = "ruled_out"


class EngagementOver(Refused):
    """The engagement has ended: there is nothing left to decide."""

    code = "engagement_over"


@dataclass(frozen=True, kw_only=True)
class Condition:
    """What has to be done for an approval to hold; `finding`: followed up as a finding."""

    text: str
    due_on: date | None = None
    finding: bool = False


@transaction.atomic
def decide(
    *,
    engagement: Engagement,
    verdict: str,
    reason: str,
    conditions: Sequence[Condition] = (),
    expires_on: date | None = None,
    despite: str = "",
    after: int,
    seen: str,
    by: Principal,
) -> Decision:
    """A new decision on an engagement; the one before it stays on record and no longer counts.

    `despite`: why it is approved although the score is not final or a knock-out stands
    (`Known.caveats`); only kept, and then asked for, where that is so.

    `after`: number of the latest decision that was looked at, 0 for none. `seen`: the score that
    was looked at (`Known.seen`). Raises OutOfDate where either is another by now, PersonDecides,
    SecondPersonDecides, RuledOut, EngagementOver, Invalid per field (a condition as
    "conditions.<index>").
    """
    require(by, Permission.DECIDE, engagement.unit_id)
    if by.kind != "user":
        raise PersonDecides(_("This has to be decided by a person who is signed in."))
    # The lock makes two people who decide at once stand in line.
    locked = Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
    known = current(locked)
    if locked.status == Engagement.Status.ENDED:
        raise EngagementOver(_("This engagement has ended: there is nothing left to decide."))
    if known.number != after:
        raise OutOfDate(
            _("Somebody else has decided since you opened this page. Look at it again."),
            number=known.number,
        )
    if known.seen != seen:
        raise OutOfDate(
            _("The score has changed since you opened this page. Look at it again."),
            seen=known.seen,
        )
    if needs_another(known, by):
        raise SecondPersonDecides(
            _("You filled in this assessment, so somebody else has to decide.")
        )
    values = _cleaned(verdict, reason, conditions, expires_on)
    if known.now.blocked and values["verdict"] in APPROVALS:
        raise RuledOut(_("A knock-out blocks this engagement: it cannot be approved as it stands."))
    values["despite"] = ""
    if known.caveats and values["verdict"] in APPROVALS:
        values["despite"] = _words(despite)
        if not values["despite"]:
            raise master_data.invalid({"despite": [_("Say why it is approved all the same.")]})
    return _write(known, values, by)


def suggested_expiry(tier: str, today: date) -> date:
    """The last day that is suggested for an approval: the more exposed, the sooner."""
    months = SUGGESTED_MONTHS.get(tier, 12)
    year, month = divmod(today.month - 1 + months, 12)
    # The same day of the month; the 31st of a short month is its 28th, which is soon enough.
    return date(today.year + year, month + 1, min(today.day, 28))


def _write(known: Known, values: dict[str, Any], by: Principal) -> Decision:
    engagement, score = known.engagement, known.score
    decision = Decision(
        engagement=engagement,
        unit_id=engagement.unit_id,
        number=known.number + 1,
        verdict=values["verdict"].value,
        reason=values["reason"],
        despite=values["despite"],
        expires_on=values["expires_on"],
        assessment=known.assessment,
        decided_at=clock.now(),
        decided_by_id=UUID(by.id),
    )
    if score is not None:
        decision.score_id = score.score_id
        decision.band, decision.status = score.band, score.status
        decision.blocked = score.blocked
        decision.points, decision.lo, decision.hi = score.points, score.lo, score.hi
        decision.coverage = round(score.coverage * 10_000)
    decision.conditions = [
        _condition(decision, at, one, by) for at, one in enumerate(values["conditions"])
    ]
    decision.save(force_insert=True)
    record(
        DecisionMade(
            aggregate_id=engagement.pk,
            unit_id=engagement.unit_id,
            vendor_id=engagement.vendor_id,
            decision_id=decision.pk,
            number=decision.number,
            verdict=decision.verdict,
            previous=known.decision.verdict if known.decision else "",
            expires_on=decision.expires_on,
            assessment_id=decision.assessment_id,
            score_id=decision.score_id,
            band=decision.band,
            reason=decision.reason,
            despite=decision.despite,
            conditions=[one["text"] for one in decision.conditions],
        ),
        by=by,
    )
    return decision


def _condition(decision: Decision, at: int, one: Condition, by: Principal) -> dict[str, Any]:
    """A condition as it is stored; where wanted, with the finding that follows it up."""
    finding: Finding | None = None
    if one.finding:
        finding = findings.raise_(
            vendor=decision.engagement.vendor,
            unit=decision.engagement.unit,
            engagement=decision.engagement,
            kind=CONDITION,
            title=one.text if len(one.text) <= 200 else f"{one.text[:199]}…",
            detail=one.text if len(one.text) > 200 else "",
            severity=Finding.Severity.MODERATE,
            due_on=one.due_on,
            by=by,
        )
    return {
        "text": one.text,
        "due_on": one.due_on.isoformat() if one.due_on else None,
        "finding": str(finding.pk) if finding else None,
    }


def _cleaned(
    verdict: str, reason: str, conditions: Sequence[Condition], expires_on: date | None
) -> dict[str, Any]:
    if verdict not in set(Verdict):
        raise master_data.invalid({"verdict": [_("Choose what you decide.")]})
    decided = Verdict(verdict)
    errors: dict[str, list[str]] = {}
    reason = _words(reason)
    if not reason:
        errors["reason"] = [_("Give the reason for the decision.")]
    kept: list[Condition] = []
    if decided is Verdict.CONDITIONS:
        kept, wrong = _kept(conditions)
        errors |= wrong
    until = expires_on if decided in APPROVALS else None
    if decided in APPROVALS and (said := _wrong_day(until)):
        errors["expires_on"] = [said]
    if errors:
        raise master_data.invalid(errors)
    return {"verdict": decided, "reason": reason, "conditions": kept, "expires_on": until}


def _wrong_day(until: date | None) -> str:
    today = clock.today()
    if until is None:
        return _("Say until when the approval holds.")
    if until < today:
        return _("This day is past.")
    return _("An approval holds for five years at most.") if until > today + LONGEST else ""


def _kept(conditions: Sequence[Condition]) -> tuple[list[Condition], dict[str, list[str]]]:
    """The conditions that say something, and what is wrong with others."""
    kept: list[Condition] = []
    errors: dict[str, list[str]] = {}
    for at, one in enumerate(conditions):
        text = _words(one.text)
        if one.due_on is not None and one.due_on < clock.today():
            errors[f"conditions.{at}"] = [_("This day is past.")]
        elif text:
            kept.append(Condition(text=text, due_on=one.due_on, finding=one.finding))
        elif one.due_on:
            errors[f"conditions.{at}"] = [_("Say what has to be done.")]
    if not kept and not errors:
        errors["conditions.0"] = [_("Name at least one condition.")]
    elif len(kept) > MOST_CONDITIONS:
        errors["conditions.0"] = [_("Name at most %(most)d.") % {"most": MOST_CONDITIONS}]
    return kept, errors


def _words(value: str) -> str:
    return (value or "").replace("\x00", "").strip()[:MOST_WORDS]
