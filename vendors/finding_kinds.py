"""The kinds of findings there are. Whoever raises findings of a new kind adds it here."""

from collections.abc import Mapping
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What people raise by hand.
OBSERVATION: Final = "observation"
MISSING_REGISTRATION: Final = "ip.missing_registration"
NOT_RETURNED: Final = "ip.not_returned"
SITE_AUDIT: Final = "site.audit"
AUDIT_OVERDUE: Final = "site.audit_overdue"
#: What an approval depends on.
CONDITION: Final = "decision.condition"
RISKY_ANSWER: Final = "assessment.answer"
MISSING_EVIDENCE: Final = "assessment.evidence"
KNOCK_OUT: Final = "assessment.knock_out"
INCIDENT: Final = "incident"

#: Kind -> words. A kind is "<matter>.<what>", at most 60 characters.
KINDS: Final[Mapping[str, str | Promise]] = {
    OBSERVATION: _("Observation"),
    MISSING_REGISTRATION: _("Right not registered where the work is done"),
    NOT_RETURNED: _("Disclosed and not returned"),
    SITE_AUDIT: _("Found in an audit of a site"),
    AUDIT_OVERDUE: _("Audit of a site overdue"),
    RISKY_ANSWER: _("Answer of high risk"),
    MISSING_EVIDENCE: _("Mandatory evidence missing"),
    KNOCK_OUT: _("Knock-out"),
    INCIDENT: _("Incident"),
    CONDITION: _("Condition of an approval"),
}
