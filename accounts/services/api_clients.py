"""Clients of the API: what they may do and where, their keys and their OAuth2 secret."""

import secrets
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from oauth2_provider.generators import generate_client_secret
from oauth2_provider.models import get_access_token_model

from accounts import events
from accounts.models import ApiClient, ApiKey, BusinessUnit
from accounts.permissions import SCOPE_PERMISSIONS, Permission
from accounts.principal import Principal
from accounts.rate_limit import MOST_PER_MINUTE, above_default
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, Refused
from audit.record import record

KEY_PREFIX: Final = "srt_"
_SECRET_BYTES = 32
_SHOWN = len(KEY_PREFIX) + 8
#: How long an old key goes on working after it was rotated, unless said otherwise.
OVERLAP: Final = timedelta(days=7)


class AlreadyRevoked(Refused):
    """The key has already stopped working."""

    code = "already_revoked"


class AlreadyReplaced(Refused):
    """Another key takes over from this one."""

    code = "already_replaced"


@dataclass(frozen=True)
class NewKey:
    """A key that was just made. `secret` is nowhere else: shown once, then gone."""

    key: ApiKey
    secret: str = field(repr=False)


def hash_of(secret: str) -> bytes:
    """SHA-256 of a key, 32 bytes. A key is 256 random bits, so it needs no slow hash."""
    return sha256(secret.encode()).digest()


def shown_part(secret: str) -> str:
    """The beginning of a key, by which it is found and shown in lists."""
    return secret[:_SHOWN]


@transaction.atomic
def add(
    *,
    name: str,
    scopes: Sequence[str],
    units: Iterable[BusinessUnit] = (),
    all_units: bool = False,
    requests_per_minute: int | None = None,
    by: Principal,
) -> ApiClient:
    """A new client with these scopes in these units; it holds no key yet.

    `requests_per_minute`: a limit of its own; None for the one of the installation.
    """
    chosen = _checked(name, scopes, units, all_units, by)
    _check_rate(requests_per_minute, None, by)
    client = ApiClient(
        name=name.strip(),
        client_type=ApiClient.CLIENT_CONFIDENTIAL,
        authorization_grant_type=ApiClient.GRANT_CLIENT_CREDENTIALS,
        scopes=sorted(scopes),
        all_units=all_units,
        requests_per_minute=requests_per_minute,
    )
    client.save()
    client.units.set(chosen)
    record(events.ApiClientAdded(**_now_in_force(client, chosen)), by=by)
    return client


@transaction.atomic
def change(
    *,
    client: ApiClient,
    name: str,
    scopes: Sequence[str],
    units: Iterable[BusinessUnit] = (),
    all_units: bool = False,
    requests_per_minute: int | None = None,
    by: Principal,
) -> ApiClient:
    """Give the client another name, other scopes, units or limit; its keys stay."""
    client = _locked(client, by)
    chosen = _checked(name, scopes, units, all_units, by)
    _check_rate(requests_per_minute, client.requests_per_minute, by)
    client.name = name.strip()
    client.scopes = sorted(scopes)
    client.all_units = all_units
    client.requests_per_minute = requests_per_minute
    client.save(update_fields=["name", "scopes", "all_units", "requests_per_minute", "updated"])
    client.units.set(chosen)
    record(events.ApiClientChanged(**_now_in_force(client, chosen)), by=by)
    return client


@transaction.atomic
def switch(*, client: ApiClient, active: bool, by: Principal) -> ApiClient:
    """Switch a client off (all its keys and tokens are refused at once) or on again."""
    client = _locked(client, by)
    if client.is_active != active:
        client.is_active = active
        client.save(update_fields=["is_active", "updated"])
        record(
            events.ApiClientSwitched(
                aggregate_id=client.public_id,
                unit_id=_unit_of(client),
                name=client.name,
                active=active,
            ),
            by=by,
        )
    return client


@transaction.atomic
def create_key(
    *, client: ApiClient, label: str = "", expires_at: datetime | None, by: Principal
) -> NewKey:
    """A new key for the client, working at once and until `expires_at` (None: no end)."""
    client = _locked(client, by)
    new = _new_key(client, label, expires_at)
    record(
        events.ApiKeyCreated(
            aggregate_id=client.public_id,
            unit_id=_unit_of(client),
            name=client.name,
            prefix=new.key.prefix,
            expires_at=expires_at.isoformat() if expires_at else None,
        ),
        by=by,
    )
    return new


@transaction.atomic
def rotate_key(
    *, key: ApiKey, overlap: timedelta = OVERLAP, expires_at: datetime | None, by: Principal
) -> NewKey:
    """Replace a key: the new one works at once, the old one for `overlap` longer at most.

    `expires_at` is the end of the new one (None: no end).
    """
    client = _locked(key.client, by)
    key = _live(key)
    if key.replaced_by_id is not None:
        raise AlreadyReplaced(_("Another key already takes over from this one."))
    ends = clock.now() + overlap
    if key.expires_at is not None:
        ends = min(ends, key.expires_at)
    new = _new_key(client, key.label, expires_at)
    key.expires_at, key.replaced_by = ends, new.key
    key.save(update_fields=["expires_at", "replaced_by"])
    record(
        events.ApiKeyRotated(
            aggregate_id=client.public_id,
            unit_id=_unit_of(client),
            name=client.name,
            prefix=new.key.prefix,
            old_prefix=key.prefix,
            old_expires_at=ends.isoformat(),
            expires_at=expires_at.isoformat() if expires_at else None,
        ),
        by=by,
    )
    return new


@transaction.atomic
def revoke_key(*, key: ApiKey, by: Principal) -> ApiKey:
    """Make a key stop working at once."""
    client = _locked(key.client, by)
    key = _live(key)
    key.revoked_at = clock.now()
    key.save(update_fields=["revoked_at"])
    record(
        events.ApiKeyRevoked(
            aggregate_id=client.public_id,
            unit_id=_unit_of(client),
            name=client.name,
            prefix=key.prefix,
        ),
        by=by,
    )
    return key


@transaction.atomic
def create_secret(*, client: ApiClient, by: Principal) -> str:
    """A new OAuth2 client secret, returned once; the one before and its tokens stop working."""
    client = _locked(client, by)
    secret: str = generate_client_secret()
    client.client_secret, client.secret_created_at = secret, clock.now()
    client.save(update_fields=["client_secret", "secret_created_at", "updated"])
    get_access_token_model().objects.filter(application=client).delete()
    record(
        events.ClientSecretCreated(
            aggregate_id=client.public_id, unit_id=_unit_of(client), name=client.name
        ),
        by=by,
    )
    return secret


def _new_key(client: ApiClient, label: str, expires_at: datetime | None) -> NewKey:
    now = clock.now()
    if expires_at is not None and expires_at <= now:
        raise Invalid(
            _("A key must expire in the future."),
            errors={"expires_on": [_("Choose a day in the future.")]},
        )
    secret = KEY_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
    key = ApiKey.objects.create(
        client=client,
        label=label.strip(),
        prefix=shown_part(secret),
        hash=hash_of(secret),
        created_at=now,
        expires_at=expires_at,
    )
    return NewKey(key, secret)


def _locked(client: ApiClient, by: Principal) -> ApiClient:
    """The client under lock, if `by` may manage it, which takes every unit it reaches."""
    locked = ApiClient.objects.select_for_update().get(pk=client.pk)
    units = None if locked.all_units else list(locked.units.values_list("pk", flat=True))
    if not by.covers(Permission.MANAGE_API_CLIENTS, units):
        raise NotAllowed(_("This client reaches business units that you do not administer."))
    return locked


def _live(key: ApiKey) -> ApiKey:
    key = ApiKey.objects.select_for_update().get(pk=key.pk)
    if not key.works_at(clock.now()):
        raise AlreadyRevoked(_("This key has already stopped working."))
    return key


def _checked(
    name: str,
    scopes: Sequence[str],
    units: Iterable[BusinessUnit],
    all_units: bool,
    by: Principal,
) -> list[BusinessUnit]:
    """The units chosen; raises unless the values are good and `by` may give so much."""
    chosen = [] if all_units else list(units)
    errors: dict[str, list[str]] = {}
    if not name.strip():
        errors["name"] = [_("Enter a name.")]
    if not scopes or not set(scopes) <= SCOPE_PERMISSIONS.keys():
        errors["scopes"] = [_("Choose what the client may do.")]
    if not all_units and not chosen:
        errors["units"] = [_("Choose at least one business unit.")]
    if errors:
        raise Invalid(_("Some values are missing."), errors=errors)
    where = None if all_units else [unit.pk for unit in chosen]
    given = {permission for scope in scopes for permission in SCOPE_PERMISSIONS[scope]}
    if not all(by.covers(one, where) for one in {Permission.MANAGE_API_CLIENTS, *given}):
        raise NotAllowed(_("You cannot give a client more than you may do yourself."))
    return chosen


def _check_rate(wanted: int | None, before: int | None, by: Principal) -> None:
    """Raises unless it is a number that `by` may set; what was there before may stay."""
    if wanted is None or wanted == before:
        return
    if not 1 <= wanted <= MOST_PER_MINUTE:
        problem = _("Enter a whole number from 1 to %(most)d.") % {"most": MOST_PER_MINUTE}
    elif above_default(wanted) and not by.covers(Permission.MANAGE_API_CLIENTS, None):
        problem = _("More than others may ask takes an administrator of all business units.")
    else:
        return
    raise Invalid(_("This limit cannot be set."), errors={"requests_per_minute": [problem]})


def _now_in_force(client: ApiClient, units: Sequence[BusinessUnit]) -> dict[str, Any]:
    """What the events say of a client."""
    return {
        "aggregate_id": client.public_id,
        "unit_id": _only(units, client.all_units),
        "name": client.name,
        "scopes": client.scopes,
        "units": None if client.all_units else [unit.pk for unit in units],
        "requests_per_minute": client.requests_per_minute,
    }


def _only(units: Sequence[BusinessUnit], all_units: bool) -> UUID | None:
    return units[0].pk if len(units) == 1 and not all_units else None


def _unit_of(client: ApiClient) -> UUID | None:
    """The unit an event about the client belongs to: its only one, or none in particular."""
    return _only(list(client.units.all()[:2]), client.all_units)
