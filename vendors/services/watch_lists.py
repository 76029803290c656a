"""Keeping watch-lists: which there are, and what they are called."""

from collections.abc import Mapping
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from audit import clock
from audit.errors import OutOfDate
from audit.record import record
from vendors import master_data
from vendors.events.screening import WatchListAdded, WatchListChanged
from vendors.models import WatchList

#: What `change` takes.
FIELDS: Final = ("title", "publisher", "kind", "website", "note")


def add(
    *,
    title: str,
    publisher: str,
    kind: str,
    key: str = "",
    website: str = "",
    note: str = "",
    by: Principal,
) -> WatchList:
    """A list to be kept. Without a `key`, one is made of the title. Raises Invalid per field."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    values = _clean(
        {
            "title": title,
            "publisher": publisher,
            "kind": kind,
            "website": website,
            "note": note,
        }
    )
    key = slugify(key or title)[:40]
    if not key:
        raise master_data.invalid({"key": [_("Use letters, digits and hyphens.")]})
    now = clock.now()
    try:
        with transaction.atomic():
            made = WatchList.objects.create(key=key, created_at=now, updated_at=now, **values)
            record(
                WatchListAdded(
                    aggregate_id=made.pk, key=made.key, title=made.title, kind=made.kind
                ),
                by=by,
            )
    except IntegrityError as error:
        raise master_data.invalid(
            {"key": [_("There is a list with the key “%(key)s” already.") % {"key": key}]}
        ) from error
    return made


def change(
    *, watch_list: WatchList, version: int, values: Mapping[str, Any], by: Principal
) -> WatchList:
    """The list with these fields changed. Raises OutOfDate, Invalid per field."""
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    cleaned = _clean(values)
    with transaction.atomic():
        locked = WatchList.objects.select_for_update().get(pk=watch_list.pk)
        if locked.version != version:
            raise OutOfDate(
                _("Somebody else has changed this list since you opened it."),
                current={name: getattr(locked, name) for name in FIELDS},
                version=locked.version,
            )
        before = {name: str(getattr(locked, name)) for name in cleaned}
        changed = {name: value for name, value in cleaned.items() if value != before[name]}
        if not changed:
            return locked
        for name, value in changed.items():
            setattr(locked, name, value)
        locked.version += 1
        locked.updated_at = clock.now()
        locked.save(update_fields=[*changed, "version", "updated_at"])
        record(
            WatchListChanged(
                aggregate_id=locked.pk,
                key=locked.key,
                fields=sorted(changed),
                before={name: before[name] for name in changed},
                after=changed,
            ),
            by=by,
        )
    return locked


def _clean(values: Mapping[str, Any]) -> dict[str, str]:
    cleaned: dict[str, str] = {}
    errors: dict[str, list[str]] = {}
    for name, value in values.items():
        try:
            cleaned[name] = _clean_field(name, str(value or ""))
        except ValueError as error:
            errors[name] = [str(error)]
    if errors:
        raise master_data.invalid(errors)
    return cleaned


def _clean_field(name: str, value: str) -> str:
    match name:
        case "title" | "publisher":
            text = master_data.tidy(value)
            if not text:
                raise ValueError(_("This must not be empty."))
            if len(text) > 160:
                raise ValueError(_("Use at most %(most)d characters.") % {"most": 160})
            return text
        case "kind":
            if value not in WatchList.Kind.values:
                raise ValueError(_("Choose one of the kinds listed."))
            return value
        case "website":
            return master_data.clean_website(value)
        case "note":
            return value.replace("\x00", "").strip()[:4_000]
    raise ValueError(_("A list has no such field."))
