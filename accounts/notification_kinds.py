"""What people can be told of: every kind there is, and how it reaches them unless they choose.

The pages behind them belong to floors above this one; here they are words and a default only.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Channel


@dataclass(frozen=True)
class Kind:
    """One kind: what it is called, when it comes, and the channel it has from the start."""

    title: str | Promise
    when: str | Promise
    channel: Channel
    group: str | Promise


_ASSESSMENTS = _("Assessments")
_FINDINGS = _("Findings")
_VENDORS = _("Vendors")
_INTEGRATION = _("Integration")

#: Keys stand in the database, so they stay.
KINDS: Final[dict[str, Kind]] = {
    "assessment_to_review": Kind(
        _("Assessment submitted"),
        _("One of your units has answers to review."),
        Channel.AT_ONCE,
        _ASSESSMENTS,
    ),
    "assessment_to_answer": Kind(
        _("Assessment to fill in"),
        _("You were asked to fill one in, or it came back with questions."),
        Channel.AT_ONCE,
        _ASSESSMENTS,
    ),
    "assessment_signed_off": Kind(
        _("Assessment signed off"),
        _("The review of a vendor that you own is done."),
        Channel.DAILY,
        _ASSESSMENTS,
    ),
    "assessment_overdue": Kind(
        _("Assessment overdue"),
        _("Its day has passed, and it is not submitted or not reviewed yet."),
        Channel.AT_ONCE,
        _ASSESSMENTS,
    ),
    "message": Kind(
        _("Message about a question"),
        _("Somebody wrote in the thread of a question that you answer or review."),
        Channel.AT_ONCE,
        _ASSESSMENTS,
    ),
    "vendor_progress": Kind(
        _("Vendor at work"),
        _("Somebody at the vendor has finished a topic or given evidence."),
        Channel.DAILY,
        _ASSESSMENTS,
    ),
    "vendor_unreached": Kind(
        _("Contact not reached"),
        _("A contact whom you asked cannot answer, or no letter reaches them."),
        Channel.AT_ONCE,
        _ASSESSMENTS,
    ),
    "finding_opened": Kind(
        _("Finding raised"),
        _("A finding was raised and you are its owner."),
        Channel.DAILY,
        _FINDINGS,
    ),
    "finding_answered": Kind(
        _("Finding answered by the vendor"),
        _("The vendor has answered or disputed a finding that you own, or given evidence for it."),
        Channel.AT_ONCE,
        _FINDINGS,
    ),
    "finding_overdue": Kind(
        _("Finding overdue"),
        _("The day for putting it right has passed."),
        Channel.AT_ONCE,
        _FINDINGS,
    ),
    "offboarding_given": Kind(
        _("Off-boarding to see to"),
        _("An engagement ends, and its checklist or a line of it is yours."),
        Channel.AT_ONCE,
        _VENDORS,
    ),
    "offboarding_overdue": Kind(
        _("Off-boarding overdue"),
        _("The day of a line that you see to, or stand in for, has passed."),
        Channel.AT_ONCE,
        _VENDORS,
    ),
    "match_found": Kind(
        _("Match with a watch-list"),
        _("A vendor of one of your units may be on a list, and you decide on matches."),
        Channel.AT_ONCE,
        _VENDORS,
    ),
    "band_changed": Kind(
        _("Risk band changed"),
        _("The rating of a vendor that you own moved to another band."),
        Channel.DAILY,
        _VENDORS,
    ),
    "decision_expiring": Kind(
        _("Decision runs out"),
        _("The verdict on an engagement of one of your units ends soon."),
        Channel.DAILY,
        _VENDORS,
    ),
    "date_due": Kind(
        _("A date comes up"),
        _("Contracts, insurance, checks and the like of vendors that you own, 30 days before."),
        Channel.DAILY,
        _VENDORS,
    ),
    "date_passed": Kind(
        _("A date has passed"),
        _("A day of a vendor that you own has passed, and nothing was done."),
        Channel.DAILY,
        _VENDORS,
    ),
    "report_ready": Kind(
        _("Report ready"),
        _("A report that the calendar has made for you can be fetched."),
        Channel.AT_ONCE,
        _("Reports"),
    ),
    "webhook_disabled": Kind(
        _("Webhook switched off"),
        _("Nothing could be delivered to an endpoint that you manage, so nothing is sent there."),
        Channel.AT_ONCE,
        _INTEGRATION,
    ),
    "api_key_ending": Kind(
        _("API key ends"),
        _("A key of a client that you manage ends soon, 30 and 7 days before."),
        Channel.AT_ONCE,
        _INTEGRATION,
    ),
    "other": Kind(
        _("Everything else"),
        _("Whatever has no line of its own."),
        Channel.APP,
        _("Other"),
    ),
}
