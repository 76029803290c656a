"""That the rows of others are really tried: each kind, in every address, form and visit."""

from typing import Any
from uuid import UUID

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client
from django.urls import reverse

from accounts.models import BusinessUnit
from assessments.services import offline
from audit.models import Event
from tests.abuse.forms import Fields
from tests.access.conftest import Worlds
from tests.access.matrix import NOT_OBJECTS, Line, lines, routes
from tests.access.world import World, texts
from tests.factories.portal import browser, principal_of
from tests.personas import Person
from tests.portal.places import Place, furnished
from vendors.models import Evidence

LINES = lines()


def test_each_kind_of_object_that_an_address_names_is_another_row_in_the_other_unit(
    worlds: Worlds,
) -> None:
    """Where both worlds had the same row, trying the other one's would say nothing."""
    kinds = {kind for line in LINES for kind in line.objects.values()} - NOT_OBJECTS
    same = {kind for kind in kinds if worlds.here.objects[kind] == worlds.there.objects[kind]}
    assert same == set()
    assert len(kinds) > 60


def test_what_is_no_object_is_named_by_an_address_and_of_no_unit(worlds: Worlds) -> None:
    """The list of what is not tried holds nothing that has become a row of one unit."""
    from django.apps import apps

    assert worlds.here.objects.keys() >= NOT_OBJECTS
    for kind in NOT_OBJECTS & worlds.here.objects.keys():
        value = worlds.here.objects[kind]
        if not isinstance(value, UUID):
            continue
        for model in apps.get_models():
            fields = {one.name for one in model._meta.concrete_fields}
            of_a_unit = "unit" in fields and model._meta.app_label != "accounts"
            if of_a_unit and _by_uuid(model):
                found = model._default_manager.filter(pk=value, unit__isnull=False)
                assert not found.exists(), (kind, model)


def _by_uuid(model: Any) -> bool:
    return bool(model._meta.pk.get_internal_type() == "UUIDField")


@pytest.fixture
def visits(
    unit: BusinessUnit, other_unit: BusinessUnit, admin: Person
) -> tuple[Place, Place, dict[str, Any], dict[str, Any]]:
    """Two vendors at work, and of each what an address of the portal can name."""
    cache.clear()
    here, there = furnished(unit, admin), furnished(other_unit, admin)
    return here, there, _objects(here), _objects(there)


def _objects(place: Place) -> dict[str, Any]:
    invitation = place.invitation
    assessment = invitation.assessment
    made = offline.read(
        assessment=assessment,
        file_name="answers.xlsx",
        content=offline.export(assessment=assessment, vendor_side=True, language="en"),
        vendor_side=True,
        by=principal_of(invitation),
    )
    ids = {name: path.strip("/").split("/") for name, path in place.paths.items()}
    return {
        "pk": invitation.pk,
        "key": place.asked.section,
        "number": 1,
        "finding": UUID(ids["finding"][-1]),
        "delegation": UUID(next(one for one in ids["take-back"][::-1] if len(one) == 36)),
        "file": made.pk,
        "evidence": Evidence.objects.get(vendor=assessment.vendor_id).pk,
    }


def test_a_visit_finds_no_row_of_another_visit_whatever_part_of_an_address_it_is_in(
    visits: tuple[Place, Place, dict[str, Any], dict[str, Any]],
) -> None:
    here, _there, mine, theirs = visits
    visitor = browser(here.invitation)
    wrong, tried = [], 0
    for route in routes():
        if not route.name.startswith("portal:") or "pk" not in route.parameters:
            continue
        for part in sorted(route.parameters - {"key", "number"}):
            # A part that is not known here has to be added above.
            named = {one: (theirs if one == part else mine)[one] for one in route.parameters}
            for method in ("get", "post"):
                with transaction.atomic():
                    before = Event.objects.count()
                    answer = getattr(visitor, method)(reverse(route.name, kwargs=named))
                    events = Event.objects.count() - before
                    transaction.set_rollback(True)
                tried += 1
                if answer.status_code not in {401, 404, 405} or events:
                    wrong.append(f"{method} {route.name}, {part}: {answer.status_code}, {events}")
    assert wrong == []
    assert tried > 40


def test_the_rows_of_ones_own_visit_are_found(
    visits: tuple[Place, Place, dict[str, Any], dict[str, Any]],
) -> None:
    """So that what is refused above is refused for whose it is."""
    here, _there, mine, _theirs = visits
    visitor = browser(here.invitation)
    for name in ("finding", "finding-dispute", "answer-file", "take-back"):
        [route] = [one for one in routes() if one.name == f"portal:{name}"]
        named = {one: mine[one] for one in route.parameters}
        assert visitor.get(reverse(route.name, kwargs=named)).status_code == 200, name


#: What a field of a form is called -> the kind of object that it may name; others name a vendor.
_KINDS = {
    "unit": "business_unit", "units": "business_unit", "engagement": "engagement",
    "engagements": "engagement", "contact": "contact", "contacts": "contact", "owner": "member",
    "reviewer": "member", "assignee": "member", "user": "member", "readers": "member",
    "site": "site", "sites": "site", "evidence": "evidence", "document": "evidence",
    "documents": "evidence", "contract": "contract", "finding": "finding", "policy": "policy",
    "client": "client", "asset": "ip_asset", "person": "trained", "topic": "topic",
}  # fmt: skip


def _with_rows_of(there: World, html: str) -> dict[str, Any]:
    """The form as it stands, but every field that names a row names one of the other unit."""
    fields = Fields(html)
    sent: dict[str, Any] = dict(fields.sent)
    for name in fields.chosen:
        plain = name.rpartition("-")[2]
        sent[name] = str(there.objects[_KINDS.get(plain, "vendor")])
    return sent


def test_no_form_takes_a_row_of_another_unit_in_a_field(
    worlds: Worlds, procurement: Person, legal: Person
) -> None:
    """What a form offers to choose from is a part of what it lets in."""
    wrong, tried = [], 0
    readable = {line.name for line in LINES if line.method == "GET"}
    for line in (one for one in LINES if one.method == "POST" and not one.is_api):
        who = {"proc": procurement, "legal": legal}
        column = next((one for one in who if line.expected[one] in {"200", "302", "422"}), "")
        if not column or line.name not in readable:
            continue
        client, path = who[column].browser, reverse(line.name, kwargs=worlds.here.named(line))
        form = client.get(path)
        if form.status_code != 200 or "html" not in form.headers["Content-Type"]:
            continue
        sent = _with_rows_of(worlds.there, form.content.decode())
        if sent == Fields(form.content.decode()).sent:
            continue
        tried += 1
        wrong += _taken(client, path, line, sent, worlds)
    assert wrong == []
    assert tried > 10


def _taken(
    client: Client, path: str, line: Line, sent: dict[str, Any], worlds: Worlds
) -> list[str]:
    theirs = {str(one) for one in worlds.there.objects.values() if len(str(one)) == 36}
    with transaction.atomic():
        last = Event.objects.order_by("-position").values_list("position", flat=True).first() or 0
        answer = client.post(path, sent)
        said = answer.getvalue().decode(errors="replace")
        events = list(Event.objects.filter(position__gt=last))
        transaction.set_rollback(True)
    wrong = [
        f"{line}: {one.type} names a row of the other unit"
        for one in events
        if {str(one.aggregate_id), str(one.unit_id), *map(str, one.data.values())} & theirs
    ]
    shown = worlds.there.kept_back() - texts(sent)
    return wrong + [f"{line}: shows {one}" for one in shown if one in said]
