"""What the demo tells of webhooks: one system that is told, and one that was down for a day."""

from datetime import timedelta
from typing import Final

from accounts.models import ApiClient, User
from accounts.principal import Principal
from accounts.selectors import principal_for_user
from audit import clock, feed
from scoring.demo.systems import WAREHOUSE
from webhooks.models import Delivery, Endpoint, FannedOut
from webhooks.services import endpoints, sending
from webhooks.services.fan_out import fan_out

_OF_WAREHOUSE: Final = "/warehouse"
#: Path of the receiver -> what its endpoint is called, and what it is told.
_TOLD: Final = {
    "/purchasing": (
        "Blocks and releases suppliers in purchasing",
        ["score.changed", "decision.made", "vendor.merged", "finding.opened", "finding.closed"],
    ),
    _OF_WAREHOUSE: (
        "Copy of the master data in the data warehouse",
        ["vendor.created", "vendor.updated", "vendor.archived", "engagement.created"],
    ),
}
#: How long ago it began, in hours, and how many of the last events are told.
_BEGAN: Final = 27
_EVENTS: Final = 400


def tell(base: str) -> None:
    """Add the endpoints, and really send what happened last to them.

    That of the warehouse is its own, where it is a client; otherwise all are of the first client.
    """
    client = ApiClient.objects.order_by("pk").first()
    newest = feed.newest()
    if client is None or newest is None:
        return
    own = ApiClient.objects.filter(name=WAREHOUSE).first()
    by = _administrator()
    began = clock.now() - timedelta(hours=_BEGAN)
    with clock.at(began):
        for path, (description, types) in _TOLD.items():
            endpoints.add(
                client=own or client if path == _OF_WAREHOUSE else client,
                url=f"{base}{path}",
                description=description,
                event_types=types,
                by=by,
            )
        FannedOut.objects.update(sequence=max(newest.sequence - _EVENTS, 0))
        fan_out()
    _send_what_comes_due()


def _administrator() -> Principal:
    return principal_for_user(User.objects.order_by("pk")[0])


def _send_what_comes_due() -> None:
    """Send as the workers would have, at each moment at which something was due."""
    now = clock.now()
    waiting = Delivery.objects.filter(
        state=Delivery.State.WAITING, endpoint__disabled_reason="", next_attempt_at__lte=now
    ).order_by("next_attempt_at")
    while (due := waiting.values_list("next_attempt_at", flat=True).first()) is not None:
        with clock.at(due):
            sending.send_due()


def point(base: str) -> None:
    """Lead the endpoints of the story, if it was told, to where the receiver listens now."""
    for path, (description, _types) in _TOLD.items():
        for endpoint in Endpoint.objects.filter(description=description):
            if endpoint.url.startswith("http://127.0.0.1:"):
                endpoints.change(
                    endpoint=endpoint,
                    version=endpoint.version,
                    url=f"{base}{path}",
                    description=description,
                    event_types=endpoint.event_types,
                    by=_administrator(),
                )
