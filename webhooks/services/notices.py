"""Telling those who look after an endpoint that nothing is sent to it any more."""

from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.selectors import people_in_charge_of
from accounts.services import notifications
from webhooks.models import Endpoint


def tell_disabled(endpoint: Endpoint) -> None:
    """Tell everybody who may switch it on again, in the application and as they have chosen."""
    client = endpoint.client
    for user in people_in_charge_of(client, Permission.MANAGE_WEBHOOKS):
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
