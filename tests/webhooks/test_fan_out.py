"""Each client is told what it may hear, all of it, and once."""

import threading
from collections.abc import Sequence
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import ApiClient, BusinessUnit
from accounts.principal import SYSTEM
from accounts.services import api_clients
from audit.ids import uuid7
from audit.record import record
from scoring.events import RunCompleted, ScoreChanged
from scoring.models import Score
from tests.audit.sample import seal_now
from tests.factories.accounts import make_api_client, make_key
from tests.factories.assessments import submitted
from tests.factories.methods import make_draft, publish
from tests.factories.runs import whole
from tests.factories.scoring import catch_up
from tests.factories.vendors import make_vendor
from tests.factories.webhooks import add_endpoint
from vendors.services import vendors
from webhooks.models import Delivery, Endpoint, FannedOut
from webhooks.services import endpoints
from webhooks.services.fan_out import fan_out

pytestmark = pytest.mark.django_db(transaction=True)


def told(endpoint: Endpoint) -> list[str]:
    """The types of the messages of an endpoint, in the order in which they were made."""
    return list(endpoint.deliveries.order_by("id").values_list("type", flat=True))


def seal_and_tell() -> None:
    """As the clock does it."""
    seal_now()
    fan_out()


def score_changed(unit: BusinessUnit, vendor_id: UUID) -> None:
    """An event such as scoring writes."""
    with transaction.atomic():
        record(
            ScoreChanged(
                aggregate_id=uuid7(),
                unit_id=unit.pk,
                vendor_id=vendor_id,
                score_id=None,
                points=41_250,
                band="moderate",
                status="final",
                previous_points=None,
                previous_band="",
                previous_status="",
                cause="a reason of ours",
            ),
            by=SYSTEM,
        )


def clients(*units: BusinessUnit, scopes: Sequence[str]) -> ApiClient:
    """A client with scopes in units."""
    return make_api_client(*units, scopes=list(scopes))


def test_a_client_hears_of_its_units_and_scopes_and_nothing_else(
    unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    of_vendors = add_endpoint(clients(unit, scopes=["vendors:read"])).endpoint
    of_scores = add_endpoint(clients(unit, scopes=["scores:read"])).endpoint
    elsewhere = add_endpoint(clients(other_unit, scopes=["vendors:read", "scores:read"])).endpoint
    vendor = make_vendor(unit)
    score_changed(unit, vendor.pk)
    seal_and_tell()
    assert told(of_vendors) == ["vendor.created"]
    assert told(of_scores) == ["score.changed"]
    assert told(elsewhere) == []


def test_a_message_says_what_the_change_feed_says(unit: BusinessUnit) -> None:
    client = clients(unit, scopes=["vendors:read", "scores:read"])
    endpoint = add_endpoint(client).endpoint
    vendor = make_vendor(unit)
    vendors.change(vendor=vendor, version=1, by=SYSTEM, values={"website": "https://v.example"})
    score_changed(unit, vendor.pk)
    seal_and_tell()
    browser = Client(headers={"Authorization": f"Bearer {make_key(client)}"})
    items = {item["id"]: item for item in browser.get("/api/v1/changes").json()["items"]}
    messages = [one.payload for one in endpoint.deliveries.order_by("id")]
    assert [one["type"] for one in messages] == [
        "vendor.created",
        "vendor.updated",
        "score.changed",
    ]
    for message in messages:
        item = items[message["data"]["id"]]
        assert item == {
            "type": message["type"],
            "occurred_at": item["occurred_at"],
            **message["data"],
        }
    assert "a reason of ours" not in str(messages)
    assert messages[2]["data"]["details"]["score"] == "41.250"


def test_only_the_types_that_were_chosen_are_sent(unit: BusinessUnit) -> None:
    client = clients(unit, scopes=["vendors:read", "scores:read"])
    endpoint = add_endpoint(client, event_types=["score.changed"]).endpoint
    score_changed(unit, make_vendor(unit).pk)
    seal_and_tell()
    assert told(endpoint) == ["score.changed"]


def test_an_endpoint_hears_of_nothing_before_it_was_there_or_while_it_is_off(
    unit: BusinessUnit,
) -> None:
    make_vendor(unit)
    seal_now()
    client = clients(unit, scopes=["vendors:read"])
    endpoint = add_endpoint(client).endpoint
    fan_out()
    assert told(endpoint) == []
    endpoints.switch(endpoint=endpoint, enabled=False, by=SYSTEM)
    make_vendor(unit)
    seal_and_tell()
    endpoints.switch(endpoint=endpoint, enabled=True, by=SYSTEM)
    api_clients.switch(client=client, active=False, by=SYSTEM)
    make_vendor(unit)
    seal_and_tell()
    api_clients.switch(client=client, active=True, by=SYSTEM)
    seal_and_tell()
    assert told(endpoint) == []
    make_vendor(unit)
    seal_and_tell()
    assert told(endpoint) == ["vendor.created"]


def test_what_is_read_twice_is_told_once(unit: BusinessUnit) -> None:
    endpoint = add_endpoint(clients(unit, scopes=["vendors:read"])).endpoint
    begun = FannedOut.objects.get().sequence
    for _number in range(3):
        make_vendor(unit)
    seal_and_tell()
    FannedOut.objects.update(sequence=begun)
    fan_out()
    assert told(endpoint) == ["vendor.created"] * 3
    assert Delivery.objects.values("message_id").distinct().count() == 3


def test_a_run_tells_that_it_is_done(unit: BusinessUnit) -> None:
    endpoint = add_endpoint(make_api_client(scopes=["scores:read"], all_units=True)).endpoint
    with transaction.atomic():
        record(
            RunCompleted(aggregate_id=uuid7(), kind="all", total=9, changed=2, failed=0),
            by=SYSTEM,
        )
    seal_and_tell()
    assert told(endpoint) == ["run.completed"]


@pytest.mark.django_db(transaction=True)
def test_two_at_once_tell_of_everything_and_of_nothing_twice(unit: BusinessUnit) -> None:
    endpoint = add_endpoint(clients(unit, scopes=["vendors:read"])).endpoint

    def work() -> None:
        try:
            for _turn in range(5):
                fan_out()
        finally:
            connection.close()

    for _turn in range(3):
        for _number in range(4):
            make_vendor(unit)
        seal_now()
        threads = [threading.Thread(target=work) for _number in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    fan_out()
    assert told(endpoint) == ["vendor.created"] * 12


@pytest.mark.parametrize("moderate_ends", [30, 60])
def test_of_a_run_those_scores_are_told_whose_band_or_status_is_another(
    moderate_ends: int, unit: BusinessUnit
) -> None:
    endpoint = add_endpoint(clients(unit, scopes=["scores:read"])).endpoint
    submitted(unit)
    catch_up()
    seal_and_tell()
    before = Score.objects.get()
    endpoint.deliveries.all().delete()
    whole(publish(make_draft(kappa=0.8, p=2, band_cuts=[20, moderate_ends, 70, 80])))
    seal_and_tell()
    after = Score.objects.exclude(pk=before.pk).get()
    messages = {one.type: one.payload["data"] for one in endpoint.deliveries.all()}
    assert "run.completed" in messages
    assert before.points != after.points
    # Within its band nothing is told of it, but in the change feed.
    assert ("score.changed" in messages) is (before.band != after.band) is (moderate_ends == 30)
    if moderate_ends == 30:
        details = messages["score.changed"]["details"]
        assert (details["band"], details["previous_band"]) == ("elevated", "moderate")
        assert (details["score_id"], details["previous_status"]) == (str(after.pk), before.status)
