"""Disputes of findings: somebody says that it is not so, and a reviewer decides."""

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from vendors import master_data
from vendors.models import Contact, Finding
from vendors.services import finding_rows
from vendors.services.finding_answers import require_side
from vendors.services.remediation import person, user


def dispute(
    *,
    finding: Finding,
    version: int,
    reason: str,
    by: Principal,
    contact: Contact | None = None,
) -> Finding:
    """Somebody says that it is not so. It stays open, labelled disputed, until `resolve`.

    `contact`: who at the vendor says so. Raises Invalid per field, FindingNotOpen, OutOfDate,
    NotAllowed for a contact who was not shown it.
    """
    require_side(finding, by, contact)
    reason = finding_rows.words(reason)
    if not reason:
        raise master_data.invalid({"reason": [_("Say why it is disputed, and by whom.")]})
    with transaction.atomic():
        locked = finding_rows.locked(finding, version)
        require_side(locked, by, contact)
        finding_rows.require_open(locked)
        return finding_rows.change(
            locked,
            "disputed",
            {
                "dispute": reason,
                "disputed_at": clock.now(),
                "dispute_by_contact_id": contact.pk if contact else None,
                "dispute_upheld": None,
                "dispute_decided_by_id": None,
                "dispute_decided_at": None,
                "dispute_reason": "",
            },
            by,
        )


def resolve(
    *,
    finding: Finding,
    version: int,
    upheld: bool,
    reason: str,
    word: str | None = None,
    by: Principal,
) -> Finding:
    """A reviewer decides on a dispute: the finding stands (`upheld`), or is closed as wrong.

    `reason` stays in the house; `word` is what the vendor is told, None: nothing new.

    Raises Invalid per field, FindingNotOpen where nothing is disputed, OutOfDate.
    """
    require(by, Permission.DECIDE_FACTS, finding.unit_id)
    reason = finding_rows.words(reason)
    if not reason:
        raise master_data.invalid({"reason": [_("Give a reason for the decision.")]})
    with transaction.atomic():
        locked = finding_rows.locked(finding, version)
        finding_rows.require_open(locked)
        if locked.disputed_at is None:
            raise finding_rows.FindingNotOpen(_("Nobody disputes this finding."))
        said = finding_rows.told(locked, word)
        if upheld:
            return finding_rows.change(
                locked,
                "dispute_rejected",
                {
                    "disputed_at": None,
                    "dispute": "",
                    "dispute_by_contact_id": None,
                    "dispute_upheld": True,
                    "dispute_decided_by_id": person(by),
                    "dispute_decided_at": clock.now(),
                    "dispute_reason": reason,
                    **said,
                },
                by,
                said={"reason": reason},
            )
        locked.dispute_upheld, locked.dispute_reason = False, reason
        locked.dispute_decided_by_id, locked.dispute_decided_at = person(by), clock.now()
        return finding_rows.close(locked, reason, user(by), by, word=said.get("word"))
