"""A vendor's contacts: the people there who can be asked. They are no users."""

from collections.abc import Mapping
from typing import Any, Final
from zoneinfo import available_timezones

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed, require
from audit.record import record
from vendors import written
from vendors.events.contacts import ContactAdded, ContactChanged, ContactSwitched
from vendors.master_data import invalid
from vendors.models import Contact, Vendor
from vendors.selectors import vendors_visible_to
from vendors.services.rows import Cleaners, check_version, differing

EDIT: Final = Permission.INVITE
FIELDS: Final = ("name", "email", "position", "language", "time_zone")


def add(
    *,
    vendor: Vendor,
    name: str,
    email: str,
    position: str = "",
    language: str = settings.LANGUAGE_CODE,
    time_zone: str = "UTC",
    by: Principal,
) -> Contact:
    """Somebody at the vendor, from now on. Raises Invalid per field, NotAllowed."""
    _require(vendor, by)
    return _add(
        vendor,
        {
            "name": name,
            "email": email,
            "position": position,
            "language": language,
            "time_zone": time_zone,
        },
        by,
    )


@transaction.atomic
def colleague(*, of: Contact, name: str, email: str, by: Principal) -> Contact:
    """The colleague of a contact with this address, added where nobody has it yet.

    `by` is that contact. They speak the language of `of` until they say otherwise. Raises Invalid,
    also where the buyer has switched this address off.
    """
    if (by.kind, by.id) != ("contact", str(of.pk)):
        raise NotAllowed(_("Your role does not allow this."))
    cleaned = written.cleaned({"name": name, "email": email}, _CLEANERS)
    there = Contact.objects.filter(vendor=of.vendor_id, email=cleaned["email"]).first()
    if there is None:
        values = {**cleaned, "position": "", "language": of.language, "time_zone": of.time_zone}
        return _add(of.vendor, values, by)
    if not there.is_active:
        raise invalid({"email": [_("This address was switched off. Use another one.")]})
    return there


def change(*, contact: Contact, version: int, values: Mapping[str, Any], by: Principal) -> Contact:
    """Put a contact right. Raises OutOfDate, Invalid per field."""
    _require(contact.vendor, by)
    cleaned = written.cleaned(values, _CLEANERS)
    with transaction.atomic():
        locked = _locked(contact)
        _refuse_erased(locked)
        check_version(locked, version, FIELDS)
        changed = differing(locked, cleaned)
        if not changed:
            return locked
        if "email" in changed:
            _refuse_taken(locked.vendor, changed["email"])
        before = {name: getattr(locked, name) for name in changed}
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.save(update_fields=[*changed, "version"])
        record(
            ContactChanged(
                aggregate_id=locked.pk,
                vendor_id=locked.vendor_id,
                fields=list(changed),
                before=before,
                after=dict(changed),
            ),
            by=by,
        )
    return locked


def switch(*, contact: Contact, active: bool, by: Principal) -> Contact:
    """Switch a contact off, so that no link of theirs works any more, or on again."""
    _require(contact.vendor, by)
    with transaction.atomic():
        locked = _locked(contact)
        _refuse_erased(locked)
        if locked.is_active == active:
            return locked
        locked.is_active = active
        locked.version += 1
        locked.save(update_fields=["is_active", "version"])
        record(
            ContactSwitched(aggregate_id=locked.pk, vendor_id=locked.vendor_id, active=active),
            by=by,
        )
    return locked


def _require(vendor: Vendor, by: Principal) -> None:
    """Whoever may invite in a unit that works with the vendor; the system may always."""
    require(by, EDIT)
    if not vendors_visible_to(by, EDIT).filter(pk=vendor.pk).exists():
        raise NotAllowed(_("Your role does not allow this."), permission=EDIT.value)


@transaction.atomic
def _add(vendor: Vendor, values: Mapping[str, Any], by: Principal) -> Contact:
    cleaned = written.cleaned(values, _CLEANERS)
    # Two people who add the same address stand in line.
    Vendor.objects.select_for_update().only("pk").get(pk=vendor.pk)
    _refuse_taken(vendor, cleaned["email"])
    contact = Contact.objects.create(vendor=vendor, **cleaned)
    record(
        ContactAdded(
            aggregate_id=contact.pk,
            vendor_id=vendor.pk,
            name=contact.name,
            email=contact.email,
        ),
        by=by,
    )
    return contact


def _refuse_taken(vendor: Vendor, email: str) -> None:
    if Contact.objects.filter(vendor=vendor, email=email).exists():
        raise invalid({"email": [_("A contact of this vendor has this address already.")]})


def _refuse_erased(contact: Contact) -> None:
    if contact.erased_at is not None:
        raise NotAllowed(_("This contact was erased."))


def _locked(contact: Contact) -> Contact:
    return (
        Contact.objects.select_for_update(of=("self",)).select_related("vendor").get(pk=contact.pk)
    )


def _email(value: Any) -> str:
    address = written.line(value, 254, needed=_("Enter the e-mail address.")).lower()
    try:
        validate_email(address)
    except ValidationError as error:
        raise ValueError(_("This is not an e-mail address. Check it for typing errors.")) from error
    return address


_CLEANERS: Final[Cleaners] = {
    "name": lambda value: written.line(value, 120, needed=_("Enter the name.")),
    "email": _email,
    "position": lambda value: written.line(value, 120),
    "language": lambda value: written.one_of(
        value, dict(settings.LANGUAGES), needed=_("Choose a language.")
    ),
    "time_zone": lambda value: written.one_of(
        value, available_timezones(), needed=_("Choose a time zone.")
    ),
}
