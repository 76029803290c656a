"""What the vendor says of a finding that it was shown: a response, and a dispute."""

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require
from audit import clock
from vendors import master_data
from vendors.models import Contact, Evidence, Finding
from vendors.selectors.evidence import evidence_of_contact
from vendors.services import finding_rows
from vendors.services.remediation import person, put_beside


def share(
    *, finding: Finding, version: int, shared: bool, word: str = "", by: Principal
) -> Finding:
    """Show the finding to the vendor, or no longer; `word` is what it is told besides.

    Raises FindingNotOpen, OutOfDate.
    """
    require(by, Permission.EDIT_FACTS, finding.unit_id)
    with transaction.atomic():
        locked = finding_rows.locked(finding, version)
        finding_rows.require_open(locked)
        return finding_rows.change(
            locked,
            "shared" if shared else "unshared",
            {"shared": shared, "word": finding_rows.words(word) if shared else locked.word},
            by,
        )


def respond(
    *,
    finding: Finding,
    version: int,
    response: str,
    done: bool = False,
    planned_on: date | None = None,
    by: Principal,
    contact: Contact | None = None,
) -> Finding:
    """What the vendor says of it; with `done`, that it is put right, which is yet to be verified.

    `planned_on`: until when the vendor means to put it right; None leaves what was said before.
    `contact`: who at the vendor says so; without, a member of staff writes it down for them.
    Raises NotAllowed for a contact who was not shown it, Invalid per field, FindingNotOpen,
    OutOfDate.
    """
    require_side(finding, by, contact)
    response = finding_rows.words(response)
    errors: dict[str, list[str]] = {}
    if not response:
        errors["response"] = [_("Say what the answer is.")]
    if planned_on is not None and planned_on < clock.today() and planned_on != finding.planned_on:
        errors["planned_on"] = [_("This day is past.")]
    if errors:
        raise master_data.invalid(errors)
    with transaction.atomic():
        locked = finding_rows.locked(finding, version)
        require_side(locked, by, contact)
        finding_rows.require_open(locked)
        contact_id = contact.pk if contact else None
        values = {
            "response": response,
            "responded_at": clock.now(),
            "responded_by_id": person(by),
            "responded_by_contact_id": contact_id,
            "planned_on": planned_on or locked.planned_on,
        }
        if done:
            values |= {
                "status": Finding.Status.REMEDIED.value,
                "done_at": clock.now(),
                "done_by_id": None,
                "done_by_contact_id": contact_id,
                "done_note": response,
                **finding_rows.NOT_ACCEPTED,
            }
        return finding_rows.change(locked, "vendor_done" if done else "responded", values, by)


def give(*, finding: Finding, evidence: Evidence, contact: Contact, by: Principal) -> None:
    """Put a document that the vendor itself has given beside the finding.

    Raises NotAllowed for a contact who was not shown the finding, or for a document that is not
    the vendor's to give, FindingNotOpen.
    """
    require_side(finding, by, contact)
    if not evidence_of_contact(contact, finding.unit).filter(pk=evidence.pk).exists():
        raise NotAllowed(_("You may not do this."), permission=Permission.EDIT_FACTS.value)
    put_beside(finding, evidence, by)


def require_side(finding: Finding, by: Principal, contact: Contact | None) -> None:
    """Raise NotAllowed unless it is staff that may, or a contact who was shown the finding.

    Which units' findings a contact comes across is for the portal to know.
    """
    if contact is None:
        require(by, Permission.EDIT_FACTS, finding.unit_id)
        return
    is_them = by.kind == "contact" and UUID(by.id) == contact.pk and contact.is_active
    if not (is_them and finding.shared and finding.vendor_id == contact.vendor_id):
        raise NotAllowed(_("You may not do this."), permission=Permission.EDIT_FACTS.value)
