"""What people and API clients may do: permissions, and which role holds which."""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing someone may do, always within the business units they hold it for."""

    VIEW = "view"
    EDIT_VENDORS = "edit_vendors"
    IMPORT_VENDORS = "import_vendors"
    EDIT_ENGAGEMENTS = "edit_engagements"
    OPEN_ASSESSMENTS = "open_assessments"
    # Asking for a supplier; whoever holds only this sees their own requests and nothing else.
    REQUEST = "request"
    ANSWER = "answer"
    REVIEW = "review"
    VIEW_LOG = "view_log"
    # Names, notes and answers inside the events: the part that may be erased.
    VIEW_LOG_DETAIL = "view_log_detail"
    MANAGE_MEMBERS = "manage_members"
    MANAGE_API_CLIENTS = "manage_api_clients"
    # Where messages about what happens are sent, and sending them once more.
    MANAGE_WEBHOOKS = "manage_webhooks"
    READ_SCORES = "read_scores"
    # What is recorded of a vendor besides its answers: statements, contracts, incidents and so on.
    EDIT_FACTS = "edit_facts"
    # Deciding whether a match with a watch-list is the vendor; closing an incident.
    DECIDE_FACTS = "decide_facts"
    # Countries, rates of exchange and watch-lists are one for all units, as the method is: held
    # in some of them, these allow nothing.
    MANAGE_REFERENCE = "manage_reference"
    RATE_COUNTRIES = "rate_countries"
    # Two records of one vendor become one; needed in every unit that works with either.
    MERGE_VENDORS = "merge_vendors"
    # Inviting a vendor's people to answer, and taking the invitation back.
    INVITE = "invite"
    # Putting files beside answers, findings and checklists, and taking them away again.
    EDIT_EVIDENCE = "edit_evidence"
    # Opening what is strictly confidential.
    VIEW_CONFIDENTIAL = "view_confidential"
    # The verdict on a vendor and an engagement; accepting a risk instead of putting it right.
    DECIDE = "decide"
    # Reading and writing notes that are attorney-client privileged; nobody else learns of them.
    PRIVILEGE = "privilege"
    # Holding back what retention and erasure would take away, and lifting that again.
    HOLD = "hold"
    # Limiting an engagement to named people.
    LIMIT = "limit"
    # Handing out and erasing what is held about somebody at a vendor.
    ERASE = "erase"
    # Questionnaires are one set for all units: held in some of them, this allows nothing.
    MANAGE_QUESTIONNAIRES = "manage_questionnaires"
    # The scoring method is one for all units: held in some of them, this allows nothing.
    MANAGE_METHODS = "manage_methods"
    # Scoring the whole portfolio again by the method in force: held in some units, it allows
    # nothing.
    RECALCULATE = "recalculate"


class Role(models.TextChoices):
    """What someone is in a business unit."""

    ADMINISTRATOR = "administrator", _("Administrator")
    PROCUREMENT = "procurement", _("Procurement")
    LEGAL = "legal", _("Legal reviewer")
    AUDITOR = "auditor", _("Auditor")
    REQUESTER = "requester", _("Requester")


_READ = {Permission.VIEW, Permission.READ_SCORES}
_LOG = {Permission.VIEW_LOG, Permission.VIEW_LOG_DETAIL}
_FILL_IN = {
    Permission.EDIT_VENDORS,
    Permission.IMPORT_VENDORS,
    Permission.EDIT_ENGAGEMENTS,
    Permission.OPEN_ASSESSMENTS,
    Permission.REQUEST,
    Permission.ANSWER,
    Permission.EDIT_FACTS,
    Permission.MERGE_VENDORS,
    Permission.INVITE,
    Permission.EDIT_EVIDENCE,
}

ROLE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    Role.ADMINISTRATOR: frozenset(
        _READ
        | _FILL_IN
        | _LOG
        | {
            Permission.MANAGE_MEMBERS,
            Permission.MANAGE_API_CLIENTS,
            Permission.MANAGE_WEBHOOKS,
            Permission.MANAGE_METHODS,
            Permission.RECALCULATE,
            Permission.MANAGE_QUESTIONNAIRES,
            Permission.MANAGE_REFERENCE,
            Permission.VIEW_CONFIDENTIAL,
            Permission.LIMIT,
            Permission.ERASE,
        }
    ),
    Role.PROCUREMENT: frozenset(_READ | _FILL_IN),
    # Legal decides and may correct the facts of an engagement, but does not answer for others.
    Role.LEGAL: frozenset(
        _READ
        | {
            Permission.EDIT_ENGAGEMENTS,
            Permission.EDIT_FACTS,
            Permission.DECIDE_FACTS,
            Permission.REQUEST,
            Permission.REVIEW,
            Permission.DECIDE,
            Permission.EDIT_EVIDENCE,
            Permission.VIEW_CONFIDENTIAL,
            Permission.PRIVILEGE,
            Permission.HOLD,
            Permission.LIMIT,
            Permission.ERASE,
            Permission.MANAGE_METHODS,
            Permission.RECALCULATE,
            Permission.MANAGE_QUESTIONNAIRES,
            Permission.MANAGE_REFERENCE,
            Permission.RATE_COUNTRIES,
        }
    ),
    Role.AUDITOR: frozenset(_READ | _LOG),
    Role.REQUESTER: frozenset({Permission.REQUEST}),
}

SCOPE_PERMISSIONS: dict[str, frozenset[Permission]] = {
    "scores:read": frozenset({Permission.READ_SCORES}),
    "scores:recalculate": frozenset({Permission.RECALCULATE}),
    "vendors:read": frozenset({Permission.VIEW}),
    "vendors:write": frozenset(
        {Permission.EDIT_VENDORS, Permission.EDIT_ENGAGEMENTS, Permission.EDIT_FACTS}
    ),
    "assessments:write": frozenset(
        {
            Permission.OPEN_ASSESSMENTS,
            Permission.ANSWER,
            Permission.EDIT_EVIDENCE,
            Permission.INVITE,
        }
    ),
    "webhooks:manage": frozenset({Permission.MANAGE_WEBHOOKS}),
}
