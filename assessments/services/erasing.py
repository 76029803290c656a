"""What is held about one of a vendor's contacts: handing it out, and erasing it.

Erased is what says who they are. Their id stays, and so does what they did and when, in the record
and beside answers, by nobody with a name any more.
"""

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from accounts.held_file import packed
from accounts.models import Letter
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require
from accounts.services import letters
from assessments.models import Delegation, Invitation, PortalLink, PortalSession, Receipt
from assessments.selectors.held import (
    ERASE,
    HEADINGS,
    erasable,
    held_about,
    notifications_about,
    subjects_of,
)
from audit import clock
from audit.erasing import erase, erase_naming
from audit.errors import Refused
from audit.record import record
from vendors.events.erasing import ContactErased, ContactExported
from vendors.models import Contact
from vendors.services.holds import refuse_held

#: What stands where the name was.
ERASED = "Erased contact"
_NOWHERE = "erased.invalid"


class StillActive(Refused):
    """The contact can still come in: switch them off first."""

    code = "contact_active"


@transaction.atomic
def export(*, contact: Contact, by: Principal) -> bytes:
    """A ZIP file with all that is held about a contact, as JSON and to read. Raises NotAllowed."""
    _require(contact, by)
    parts = held_about(contact)
    record(
        ContactExported(
            aggregate_id=contact.pk,
            vendor_id=contact.vendor_id,
            counts={name: len(rows) for name, rows in parts.items()},
        ),
        by=by,
    )
    return packed(
        title=_("What is held about %(who)s") % {"who": contact},
        day=clock.today().isoformat(),
        parts=parts,
        headings=HEADINGS,
    )


@transaction.atomic
def erase_contact(*, contact: Contact, by: Principal) -> Contact:
    """Replace or remove what says who a contact is. Again changes nothing.

    Raises NotAllowed, StillActive, and Held while a legal hold keeps the vendor or an engagement of
    it.
    """
    _require(contact, by)
    refuse_held(contact.vendor_id)
    locked = Contact.objects.select_for_update(of=("self",)).get(pk=contact.pk)
    if locked.erased_at is not None:
        return locked
    if locked.is_active:
        raise StillActive(
            _("Switch the contact off first, so that nobody comes in by their links.")
        )
    words = (locked.name, locked.email)
    # Before their name is gone, by which these are found.
    notified, _by_model = notifications_about(locked).delete()
    details = erase(aggregate_type="contact", aggregate_id=locked.pk)
    details += erase_naming(words=words, about=subjects_of(locked), actor_id=str(locked.pk))
    receipts, _by_model = Receipt.objects.filter(contact=locked).delete()
    visits, _by_model = PortalSession.objects.filter(invitation__contact=locked).delete()
    PortalLink.objects.filter(invitation__contact=locked).delete()
    Invitation.objects.filter(contact=locked).update(message="")
    for side in ("giver", "taker"):
        Delegation.objects.filter(**{f"{side}__contact": locked}).update(message="")
    written = _letters(locked)
    locked.name, locked.position = ERASED, ""
    locked.email = f"{locked.pk}@{_NOWHERE}"
    locked.language, locked.time_zone = "en-gb", "UTC"
    locked.erased_at = clock.now()
    locked.version += 1
    locked.save()
    record(
        ContactErased(
            aggregate_id=locked.pk,
            vendor_id=locked.vendor_id,
            details=details,
            letters=written,
            receipts=receipts,
            visits=visits,
            notifications=notified,
        ),
        by=by,
    )
    return locked


def _letters(contact: Contact) -> int:
    """Letters to them are erased, and letters to others that name them; what waits is withdrawn
    first. An address that another record has, too, is somebody's who was not asked for."""
    named = Q()
    for word in (contact.name, contact.email):
        named |= Q(subject__icontains=word) | Q(text__icontains=word)
    told = letters.erase_all(Letter.objects.filter(named, about__in=subjects_of(contact)))
    if Contact.objects.filter(email=contact.email, erased_at=None).exclude(pk=contact.pk).exists():
        own = Invitation.objects.filter(contact=contact).values("pk")
        rows = Letter.objects.filter(to__iexact=contact.email, about__in=own)
    else:
        rows = Letter.objects.filter(to__iexact=contact.email)
    return told + letters.erase_all(rows)


def _require(contact: Contact, by: Principal) -> None:
    require(by, ERASE)
    if not erasable(by).filter(pk=contact.pk).exists():
        raise NotAllowed(
            _("Other business units work with this vendor, and your role does not reach them."),
            permission=ERASE.value,
        )
