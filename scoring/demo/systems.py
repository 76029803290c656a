"""The systems that read over the API in the demo, and how their keys have fared."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from accounts.models import ApiClient, ApiKey
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_client
from accounts.services import api_clients, key_notices
from accounts.services.api_clients import NewKey
from audit import clock
from scoring.demo.calendar import Calendar, Story
from scoring.demo.stage import Stage
from scoring.models import Export
from scoring.services import exports

_YEAR: Final = timedelta(days=365)
#: The client that copies scores and vendors every night.
WAREHOUSE: Final = "Data warehouse"


def stories(stage: Stage, calendar: Calendar) -> Iterator[Story]:
    """One per system."""
    yield _erp(stage, calendar)
    yield _warehouse(calendar)
    yield _buying(stage, calendar)


def _erp(stage: Stage, calendar: Calendar) -> Story:
    """It has had a key for most of a year; `key_of_today` replaces it."""
    yield calendar.moment(44, seed="key of the ERP")
    told = stage.cast.organisation.client
    expires_at = clock.now() + _YEAR
    api_clients.create_key(
        client=stage.client(), label=told.key_label, expires_at=expires_at, by=SYSTEM
    )


def _warehouse(calendar: Calendar) -> Story:
    """Its key ends next week, and those who can replace it have been told."""
    yield calendar.now - _YEAR + timedelta(days=6)
    client = api_clients.add(
        name=WAREHOUSE, scopes=["scores:read", "vendors:read"], all_units=True, by=SYSTEM
    )
    expires_at = clock.now() + _YEAR
    key = api_clients.create_key(
        client=client, label="Nightly load", expires_at=expires_at, by=SYSTEM
    ).key
    for days in (30, 7):
        yield calendar.now + timedelta(days=6 - days, minutes=1)
        key_notices.tell_ending()
    _used(key)


def _buying(stage: Stage, calendar: Calendar) -> Story:
    """One unit tries a buying platform out: by OAuth2, and not too fast."""
    yield calendar.moment(3, seed="buying platform")
    client = api_clients.add(
        name="Coupa, trial",
        scopes=["scores:read", "vendors:read", "vendors:write"],
        units=[next(iter(stage.units.values()))],
        requests_per_minute=120,
        by=SYSTEM,
    )
    api_clients.create_secret(client=client, by=SYSTEM)


def nightly_export() -> None:
    """What the data warehouse has asked for last: all scores, in one file."""
    client = ApiClient.objects.get(name=WAREHOUSE)
    export = exports.ask(
        what=Export.What.SCORES,
        file_format=Export.Format.NDJSON,
        filters={},
        unit_id=None,
        by=principal_for_client(client, client.scopes),
    )
    exports.make(export_id=export.pk)


def key_of_today(client: ApiClient, label: str) -> NewKey:
    """A key that nobody has used yet, in the place of the one that is used now, if there is one."""
    expires_at = clock.now() + _YEAR
    before = ApiKey.objects.filter(client=client, replaced_by=None, revoked_at=None).first()
    if before is None:
        return api_clients.create_key(client=client, label=label, expires_at=expires_at, by=SYSTEM)
    new = api_clients.rotate_key(key=before, expires_at=expires_at, by=SYSTEM)
    _used(before)
    return new


def _used(key: ApiKey) -> None:
    """As if a request had come with it a moment ago."""
    ApiKey.objects.filter(pk=key.pk).update(last_used_at=clock.now() + timedelta(seconds=1))
