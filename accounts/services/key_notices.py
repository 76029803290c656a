"""Telling administrators in good time that an API key ends."""

from datetime import datetime, timedelta
from typing import Final

from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import Promise, lazy
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiKey
from accounts.permissions import Permission
from accounts.selectors import people_in_charge_of
from accounts.selectors.api_keys import ending_soon
from accounts.services import notifications
from audit import clock

#: Days before the end at which people are told, the last one first.
_BEFORE: Final = (7, 30)
#: Days before the end of a key that was replaced but is still in use.
_BEFORE_REPLACED: Final = (1,)
_in_their_language = lazy(date_format, str)


def notice_of(key: ApiKey, now: datetime) -> int | None:
    """Which notice is due: so many days before; None for none.

    A key that was made to live shorter than that is not told of at that distance.
    """
    if key.expires_at is None or key.expires_at <= now:
        return None
    steps = _BEFORE_REPLACED if key.replaced_by_id else _BEFORE
    for days in steps:
        begins = key.expires_at - timedelta(days=days)
        if begins <= now:
            return days if key.created_at <= begins else None
    return None


def tell_ending() -> int:
    """Tell each administrator of a client once per notice that is due; how many were told."""
    now, told = clock.now(), 0
    for key in ending_soon(now):
        days = notice_of(key, now)
        if days is None or key.expires_at is None:
            continue
        occasion = f"{days} days before {key.expires_at:%Y-%m-%d}"
        for user in people_in_charge_of(key.client, Permission.MANAGE_API_CLIENTS):
            made = notifications.tell(
                user=user,
                kind="api_key_ending",
                title=format_lazy(
                    _("An API key of {client} ends on {day}"),
                    client=key.client.name,
                    day=_in_their_language(key.expires_at, "DATE_FORMAT"),
                ),
                text=_text(key),
                url=reverse("accounts:api_client", args=[key.client.public_id]),
                about=key.pk,
                occasion=occasion,
            )
            told += made is not None
    return told


def _text(key: ApiKey) -> Promise:
    said = (
        _(
            "The key {key} was replaced, but the system still asks with it. Put the new one in, or"
            " the system is refused from then on."
        )
        if key.replaced_by_id
        else _(
            "Replace the key {key} and put the new one into the system before then; both work"
            " while you change over. Otherwise the system is refused from then on."
        )
    )
    return format_lazy(said, key=f"{key} ({key.label})" if key.label else str(key))
