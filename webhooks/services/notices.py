"""Telling those who look after an endpoint that nothing is sent to it any more."""

from uuid import UUID

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.selectors import people_who, principal_for_user
from accounts.services import notifications
from webhooks.models import Endpoint


def tell_disabled(endpoint: Endpoint) -> None:
    """Tell everybody who may switch it on again, in the application and as they have chosen."""
    client = endpoint.client
    units = None if client.all_units else list(client.units.values_list("pk", flat=True))
    told = set()
    places: list[UUID | None] = [None] if units is None else [*units]
    for unit in places:
        for user in people_who(Permission.MANAGE_WEBHOOKS, unit):
            whole = principal_for_user(user).covers(Permission.MANAGE_WEBHOOKS, units)
            if user.pk in told or not whole:
                continue
            told.add(user.pk)
            notifications.tell(
                user=user,
                kind="webhook_disabled",
                title=format_lazy(_("A webhook of {client} was switched off"), client=client.name),
                text=format_lazy(
                    _("{reason}. Switch it on again once the receiver works."),
                    reason=Endpoint.Disabled(endpoint.disabled_reason).label,
                ),
                url=reverse("webhooks:endpoint", args=[endpoint.pk]),
                about=endpoint.pk,
                occasion=f"disabled {endpoint.disabled_at:%Y-%m-%dT%H:%M:%S}",
            )
