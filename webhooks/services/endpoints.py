"""Endpoints: the addresses that are told what happens, their choice of types, their secrets."""

import secrets as chance
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from ipaddress import ip_address
from typing import Any, Final

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts import sealing
from accounts.models import ApiClient
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import NotAllowed
from audit import clock, feed
from audit.errors import Invalid, OutOfDate, Refused
from audit.record import record
from webhooks import events, net_guard, signing
from webhooks.models import Endpoint, FannedOut, Secret
from webhooks.selectors import event_types as known_types
from webhooks.selectors import event_types_for, live_secrets_of

PURPOSE: Final = "webhook secrets"
#: How long a secret goes on signing beside the one that replaced it, unless said otherwise.
OVERLAP: Final = timedelta(days=1)
LONGEST_OVERLAP: Final = timedelta(days=30)
#: Endpoints of one client; each costs a message for every event.
MOST: Final = 20
#: Signatures of one message; a header that grows for ever is refused by servers.
MOST_SECRETS: Final = 5


class TooManyEndpoints(Refused):
    """The client has as many endpoints as one may have."""

    code = "too_many_endpoints"


class EndpointGone(Refused):
    """Somebody has removed the endpoint since it was read."""

    status = 404
    code = "endpoint_gone"


@dataclass(frozen=True)
class NewSecret:
    """An endpoint with a secret that was just made. It is shown once and nowhere else."""

    endpoint: Endpoint
    secret: str = field(repr=False)


@transaction.atomic
def add(
    *,
    client: ApiClient,
    url: str,
    description: str = "",
    event_types: Sequence[str] = (),
    by: Principal,
) -> NewSecret:
    """Tell a client from now on what happens, at this address; its first secret is returned.

    `event_types` are public names (none: all). The client's units and scopes decide what it may
    hear of at all; a client that asks with a token of fewer scopes has itself told no more than
    those cover. Raises Invalid, NotAllowed, TooManyEndpoints.
    """
    # Held, so that no other adds the last one at the same time.
    client = ApiClient.objects.select_for_update(no_key=True).get(pk=client.pk)
    client = _may_manage(client, by)
    if client.webhook_endpoints.count() >= MOST:
        raise TooManyEndpoints(_("A client has %(most)s endpoints at most.") % {"most": MOST})
    values = _checked(url, description, event_types)
    _may_be_told(client, values["event_types"], by)
    _begin()
    endpoint = Endpoint.objects.create(client=client, created_at=clock.now(), **values)
    secret = _new_secret(endpoint)
    record(
        events.EndpointAdded(**named(endpoint), event_types=endpoint.event_types),
        by=by,
    )
    return NewSecret(endpoint, secret)


@transaction.atomic
def change(
    *,
    endpoint: Endpoint,
    version: int,
    url: str,
    description: str = "",
    event_types: Sequence[str] = (),
    by: Principal,
) -> Endpoint:
    """Give an endpoint another address, description or choice of types.

    What waits goes to the new address. Raises Invalid, NotAllowed, and OutOfDate with `current`
    and `version`.
    """
    endpoint = locked(endpoint, by)
    values = _checked(url, description, event_types)
    now = {name: getattr(endpoint, name) for name in values}
    if endpoint.version != version:
        raise OutOfDate(
            _("Somebody else has changed this endpoint since you opened it."),
            current=now,
            version=endpoint.version,
        )
    if values == now:
        return endpoint
    if values != {**now, "description": values["description"]}:
        _may_be_told(endpoint.client, values["event_types"], by)
    if values["url"] != endpoint.url and endpoint.enabled:
        endpoint.failing_since = None
    for name, value in values.items():
        setattr(endpoint, name, value)
    endpoint.version += 1
    endpoint.save(update_fields=[*values, "failing_since", "version"])
    record(
        events.EndpointChanged(**named(endpoint), event_types=endpoint.event_types),
        by=by,
    )
    return endpoint


@transaction.atomic
def rotate_secret(*, endpoint: Endpoint, overlap: timedelta = OVERLAP, by: Principal) -> NewSecret:
    """A new secret signs from now on; those before it go on signing too for `overlap` at most.

    Raises Invalid, NotAllowed.
    """
    if not timedelta() <= overlap <= LONGEST_OVERLAP:
        said = _("Choose up to %(days)s days.") % {"days": LONGEST_OVERLAP.days}
        raise Invalid(said, errors={"overlap": [said]})
    endpoint = locked(endpoint, by)
    ends = clock.now() + overlap
    live = list(live_secrets_of(endpoint))
    for place, one in enumerate(live):
        # The oldest give way to the new one where there would be too many signatures.
        end = ends if place < MOST_SECRETS - 1 else clock.now()
        if one.expires_at is None or one.expires_at > end:
            one.expires_at = end
            one.save(update_fields=["expires_at"])
    endpoint.secrets.filter(expires_at__lte=clock.now()).delete()
    secret = _new_secret(endpoint)
    record(
        events.SecretRotated(**named(endpoint), old_expires_at=ends.isoformat()),
        by=by,
    )
    return NewSecret(endpoint, secret)


@transaction.atomic
def switch(*, endpoint: Endpoint, enabled: bool, by: Principal) -> Endpoint:
    """Stop telling an endpoint what happens, or begin again.

    What happens meanwhile is not kept for it: the receiver reads it from the change feed. What was
    waiting already goes out once it is enabled. Raises NotAllowed.
    """
    endpoint = locked(endpoint, by)
    if enabled == endpoint.enabled:
        return endpoint
    if not enabled:
        return disable(endpoint, Endpoint.Disabled.BY_HAND, by=by)
    now = clock.now()
    endpoint.disabled_reason, endpoint.disabled_at, endpoint.failing_since = "", None, None
    endpoint.version += 1
    endpoint.save(update_fields=["disabled_reason", "disabled_at", "failing_since", "version"])
    waiting = endpoint.deliveries.filter(state="waiting", claimed_until=None)
    waiting.update(next_attempt_at=now)
    record(events.EndpointEnabled(**named(endpoint)), by=by)
    return endpoint


def disable(endpoint: Endpoint, reason: Endpoint.Disabled, *, by: Principal) -> Endpoint:
    """Switch an endpoint off, within the caller's transaction, which has it locked."""
    endpoint.disabled_reason, endpoint.disabled_at = reason, clock.now()
    endpoint.version += 1
    endpoint.save(update_fields=["disabled_reason", "disabled_at", "version"])
    record(events.EndpointDisabled(**named(endpoint), reason=reason.value), by=by)
    return endpoint


@transaction.atomic
def remove(*, endpoint: Endpoint, by: Principal) -> None:
    """Remove an endpoint with its messages, attempts and secrets; the record keeps that it was.

    Raises NotAllowed.
    """
    endpoint = locked(endpoint, by)
    record(events.EndpointRemoved(**named(endpoint)), by=by)
    endpoint.delete()


def locked(endpoint: Endpoint, by: Principal) -> Endpoint:
    """The endpoint under lock, if `by` may manage it. Raises EndpointGone, NotAllowed."""
    rows = Endpoint.objects.select_related("client").select_for_update(of=("self",))
    found = rows.filter(pk=endpoint.pk).first()
    if found is None:
        raise EndpointGone(_("This endpoint has been deleted meanwhile."))
    _may_manage(found.client, by)
    return found


def secrets_of(endpoint: Endpoint) -> list[str]:
    """The secrets that sign now, the newest first. Raises sealing.Unreadable."""
    return [sealing.unseal(bytes(one.sealed), purpose=PURPOSE) for one in live_secrets_of(endpoint)]


def _may_manage(client: ApiClient, by: Principal) -> ApiClient:
    """The client, if its endpoints are for `by` to manage: a client manages none but its own."""
    units = None if client.all_units else list(client.units.values_list("pk", flat=True))
    is_own = by.kind != "client" or by.id == str(client.public_id)
    if not is_own or not by.covers(Permission.MANAGE_WEBHOOKS, units):
        raise NotAllowed(_("This client reaches business units whose webhooks you do not manage."))
    return client


def _may_be_told(client: ApiClient, event_types: Sequence[str], by: Principal) -> None:
    """Raises Invalid where a client would be told what it could not read as it asks now."""
    if by.kind != "client":
        return
    needed, heard = known_types(), event_types_for(client)
    told = set(event_types).intersection(heard) if event_types else set(heard)
    if beyond := sorted(name for name in told if not by.can(needed[name])):
        said = _("The scopes of this access token do not cover %(types)s.") % {
            "types": ", ".join(beyond)[:200]
        }
        raise Invalid(said, errors={"event_types": [said]})


def _begin() -> None:
    """With the first endpoint ever, the record is followed from its end of now on."""
    end = feed.newest() or feed.START
    FannedOut.objects.get_or_create(pk=1, defaults={"sequence": end.sequence})


def _new_secret(endpoint: Endpoint) -> str:
    secret = signing.secret_of(chance.token_bytes(signing.SECRET_BYTES))
    Secret.objects.create(
        endpoint=endpoint,
        sealed=sealing.seal(secret, purpose=PURPOSE),
        created_at=clock.now(),
    )
    return secret


def named(endpoint: Endpoint) -> dict[str, Any]:
    """What every event about an endpoint says."""
    client = endpoint.client
    units = list(client.units.values_list("pk", flat=True)[:2])
    return {
        "aggregate_id": endpoint.pk,
        "unit_id": units[0] if len(units) == 1 and not client.all_units else None,
        "client_id": client.public_id,
        "url": endpoint.url,
    }


def _checked(url: str, description: str, event_types: Sequence[str]) -> dict[str, Any]:
    url, description = url.strip(), description.strip()
    errors: dict[str, list[str]] = {}
    if said := _wrong_url(url):
        errors["url"] = [said]
    if len(description) > 200:
        errors["description"] = [_("Use up to 200 characters.")]
    unknown = sorted(set(event_types) - known_types().keys())
    if unknown:
        errors["event_types"] = [
            _("There is no such type: %(types)s.") % {"types": ", ".join(unknown)[:200]}
        ]
    if errors:
        raise Invalid(_("Some values cannot be taken."), errors=errors)
    return {"url": url, "description": description, "event_types": sorted(set(event_types))}


def _wrong_url(url: str) -> str:
    """What is wrong with an address as it stands; where it leads is seen at each attempt."""
    said = {
        "scheme": _("Begin the address with https://."),
        "user": _("Leave user name and password out of the address: messages are signed."),
        "fragment": _("Leave out what stands behind #: it is never sent."),
        "port": _("This port does not exist."),
    }
    if len(url) > 500:
        return _("Use up to 500 characters.")
    try:
        target = net_guard.target_of(url)
    except net_guard.BadUrl as error:
        return said.get(error.code, _("This is no address."))
    allowed = settings.WEBHOOK_ALLOWED_NETWORKS
    if not target.secure and not allowed:
        return said["scheme"]
    try:
        address = ip_address(target.host)
    except ValueError:
        return ""
    if not net_guard.may_connect(address, allowed):
        return _("This address is in a network that nothing is sent to.")
    if not target.secure and not net_guard.is_allowed(address, allowed):
        return said["scheme"]
    return ""
