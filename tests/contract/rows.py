"""Asking operations about the rows of a world, and the rows that only this needs."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeVar
from uuid import UUID

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction
from django.test import Client

from accounts.models import ApiClient
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_client
from reports.services import making, reports
from scoring.services import exports
from tests.access.world import World
from tests.contract import fuzzing
from tests.contract.bodies import BODIES
from tests.contract.operations import SCOPES, Operation
from tests.factories.accounts import make_api_client, make_key
from tests.factories.incidents import make_item
from tests.factories.webhooks import add_endpoint, make_delivery
from vendors.models import Engagement, Vendor
from webhooks.services import endpoints

Found = TypeVar("Found")


@dataclass(frozen=True)
class Read:
    """An answer that has been read to its end."""

    status: int
    kind: str
    text: str
    replayed: bool

    @property
    def said(self) -> Any:
        """Its JSON; None where it says nothing."""
        return json.loads(self.text or "null")


@dataclass(frozen=True)
class Asker:
    """A client, and the rows that it asks about."""

    operations: Mapping[str, Operation]
    rows: Mapping[str, Any]
    key: str
    key_to_all: str
    """Of a client of all units, which alone may recalculate."""

    def of(self, world: World) -> Asker:
        """The same client, asking about another world."""
        made = {"export_made": "export", "ordered_made": "ordered"}
        there = {name: world.objects[row] for name, row in made.items()}
        return replace(self, rows={**world.objects, **there})

    def objects(self, one: Operation, kinds: Mapping[str, str]) -> dict[str, str]:
        """Part of its path -> the row there; `kinds` says which where it has a choice.

        For `@operation` that one is asked first, and the row is the one that it makes.
        """
        named = fuzzing.named(one.path)
        return {part: self._row(kinds.get(part, named[part][0])) for part in one.parts}

    def _row(self, kind: str) -> str:
        if kind.startswith("@"):
            made: str = self.ask(self.operations[kind[1:]], {}).said["id"]
            return made
        return str(self.rows[kind])

    def ask(
        self,
        one: Operation,
        kinds: Mapping[str, str],
        *,
        parts: Mapping[str, str] = {},
        query: str = "",
        body: Any = None,
        headers: Mapping[str, str] = {},
    ) -> Read:
        """Its answer; `parts` are rows of its path that are not those of `kinds`."""
        unknown = parts.keys() >= set(one.parts)
        address = one.at(parts if unknown else {**self.objects(one, kinds), **parts}) + query
        sent = _filled(BODIES.get(one.name) if body is None else body, self.rows)
        key = self.key_to_all if "recalculation" in one.name else self.key
        client = Client(headers={"Authorization": f"Bearer {key}", **headers})
        if "multipart/form-data" in one.takes:
            file = SimpleUploadedFile("proof.pdf", b"%PDF-1.4\n%%EOF\n", "application/pdf")
            return _read(client.post(address, {**sent, "file": file}))
        text = "" if sent is None else json.dumps(sent)
        return _read(client.generic(one.method.upper(), address, text, "application/json"))


def ask_as_client_of(world: World, operations: Mapping[str, Operation]) -> Asker:
    """The client that the exports and endpoints of a world belong to, with every scope."""
    client = ApiClient.objects.get(public_id=world.objects["client"])
    client.scopes = SCOPES
    client.save(update_fields=["scopes"])
    made = exports.ask(
        what="scores",
        file_format="csv",
        filters={},
        unit_id=None,
        by=principal_for_client(client, SCOPES),
    )
    exports.make(export_id=UUID(str(made.pk)))
    paper = reports.ask(
        vendor=Vendor.objects.get(pk=world.objects["vendor"]),
        unit=None,
        by=principal_for_client(client, SCOPES),
    )
    making.make(report_id=paper.pk)
    switched_off = add_endpoint(client, "https://off.example/hooks").endpoint
    message = make_delivery(switched_off)
    endpoints.switch(endpoint=switched_off, enabled=False, by=SYSTEM)
    engagement = Engagement.objects.get(pk=world.objects["engagement"])
    more = {
        "export_made": made.pk,
        "ordered_made": paper.pk,
        "endpoint_off": switched_off.pk,
        "delivery_off": message.pk,
        "not_watched": make_item(engagement, active=False).pk,
    }
    return Asker(
        operations,
        {**world.objects, **more},
        make_key(client),
        make_key(make_api_client(all_units=True, scopes=SCOPES)),
    )


def undone(work: Callable[[], Found]) -> Found:
    """What the work gives; what it changed is undone."""
    with transaction.atomic():
        found = work()
        transaction.set_rollback(True)
    return found


def _filled(value: Any, rows: Mapping[str, Any]) -> Any:
    """A body with the rows where it says `$kind`."""
    if isinstance(value, dict):
        return {name: _filled(one, rows) for name, one in value.items()}
    if isinstance(value, list):
        return [_filled(one, rows) for one in value]
    if isinstance(value, str) and value.startswith("$"):
        return str(rows[value[1:]])
    return value


def _read(answer: Any) -> Read:
    """An answer, also one that comes in pieces."""
    kind = answer.headers.get("Content-Type", "").partition(";")[0]
    replayed = answer.headers.get("Idempotency-Replayed") == "true"
    return Read(answer.status_code, kind, answer.getvalue().decode(errors="replace"), replayed)
