"""Webhook endpoints and their messages over the API."""

from datetime import timedelta
from threading import Thread
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import connection, transaction
from django.test import Client

from accounts.models import ApiClient, BusinessUnit
from audit import clock
from config.children import wait_until
from tests.factories.accounts import make_api_client, make_key
from tests.factories.webhooks import add_endpoint, give_up, make_delivery, tried
from tests.flows.dying import waiting_for_a_lock
from tests.personas import Program
from webhooks.models import Delivery, Endpoint
from webhooks.services import endpoints as service

pytestmark = pytest.mark.django_db

LIST = "/api/v1/webhook-endpoints"
URL = "https://erp.example/hooks"
SCOPES = ["scores:read", "vendors:read", "webhooks:manage"]


@pytest.fixture
def manager(unit: BusinessUnit) -> Program:
    """A client that manages its own endpoints."""
    client = make_api_client(unit, scopes=SCOPES, name="SAP PRD")
    return Program(client, make_key(client))


@pytest.fixture
def endpoint(manager: Program) -> Endpoint:
    return add_endpoint(manager.client, URL, ["score.changed", "vendor.created"]).endpoint


def send(program: Program, address: str, body: Any = None, **headers: str) -> Any:
    return program.browser.post(address, body, content_type="application/json", headers=headers)


def patch(program: Program, address: str, body: Any, **headers: str) -> Any:
    return program.browser.patch(address, body, content_type="application/json", headers=headers)


def pointers(answer: Any) -> list[str]:
    return [one["pointer"] for one in answer.json()["errors"]]


def test_an_endpoint_is_created_and_its_secret_is_shown_this_once(manager: Program) -> None:
    made = send(manager, LIST, {"url": URL, "description": "Block suppliers"})

    assert made.status_code == 201
    assert made.json()["secret"].startswith("whsec_")
    found = manager.browser.get(made.headers["Location"])
    assert found.headers["ETag"] == made.headers["ETag"]
    assert "secret" not in found.json()
    assert (found.json()["url"], found.json()["enabled"]) == (URL, True)
    assert {"score.changed", "vendor.created"} < set(found.json()["told_types"])


def test_sent_again_under_one_key_there_is_one_endpoint_with_one_secret(manager: Program) -> None:
    first, second = (send(manager, LIST, {"url": URL}, idempotency_key="one") for _ in range(2))
    assert first.json() == second.json()
    assert Endpoint.objects.count() == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/url"),
        ({"url": "http://erp.example/"}, "/url"),
        ({"url": "https://10.0.0.8/hooks"}, "/url"),
        ({"url": URL, "event_types": ["no.such"]}, "/event_types"),
        ({"url": URL, "description": "x" * 201}, "/description"),
    ],
)
def test_what_cannot_be_taken_is_pointed_at(
    manager: Program, body: dict[str, Any], pointer: str
) -> None:
    refused = send(manager, LIST, body)
    assert refused.status_code == 400
    assert pointers(refused) == [pointer]
    assert not Endpoint.objects.exists()


def test_a_client_has_twenty_endpoints_at_most(manager: Program) -> None:
    for number in range(service.MOST):
        add_endpoint(manager.client, f"{URL}/{number}")
    refused = send(manager, LIST, {"url": URL})
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:surety:problem:too_many_endpoints",
    )


def test_what_a_scope_does_not_cover_is_not_told_though_it_was_chosen(unit: BusinessUnit) -> None:
    client = make_api_client(unit, scopes=["vendors:read", "webhooks:manage"])
    program = Program(client, make_key(client))
    made = send(
        program, LIST, {"url": URL, "event_types": ["score.changed", "vendor.created"]}
    ).json()
    assert made["event_types"] == ["score.changed", "vendor.created"]
    assert made["told_types"] == ["vendor.created"]


def test_a_part_is_changed_and_the_rest_stays(manager: Program, endpoint: Endpoint) -> None:
    address = f"{LIST}/{endpoint.pk}"
    tag = manager.browser.get(address).headers["ETag"]
    changed = patch(manager, address, {"url": f"{URL}/2"}, if_match=tag)
    assert changed.status_code == 200
    assert changed.json()["url"] == f"{URL}/2"
    assert changed.json()["event_types"] == ["score.changed", "vendor.created"]
    keys = {"if_match": changed.headers["ETag"], "idempotency_key": "one"}
    both = [patch(manager, address, {"description": "Block"}, **keys) for _ in range(2)]
    assert [(one.status_code, one.json()["description"]) for one in both] == [(200, "Block")] * 2
    late = patch(manager, address, {"description": "Mine"}, if_match=tag)
    assert late.status_code == 412
    assert pointers(patch(manager, address, {"url": "ftp://x"})) == ["/url"]


def test_an_endpoint_is_switched_off_and_on(manager: Program, endpoint: Endpoint) -> None:
    address = f"{LIST}/{endpoint.pk}"
    off = patch(manager, address, {"enabled": False}).json()
    assert (off["enabled"], off["disabled_reason"]) == (False, "by_hand")
    on = patch(manager, address, {"enabled": True}).json()
    assert (on["enabled"], on["disabled_reason"], on["disabled_at"]) == (True, "", None)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", ["change", "delete"])
def test_what_is_deleted_while_a_request_waits_is_not_there(
    manager: Program, endpoint: Endpoint, write: str
) -> None:
    address, told = f"{LIST}/{endpoint.pk}", []

    def late() -> None:
        try:
            if write == "change":
                told.append(patch(manager, address, {"url": f"{URL}/2"}))
            else:
                told.append(manager.browser.delete(address))
        finally:
            connection.close()

    thread = Thread(target=late)
    with transaction.atomic():
        service.remove(endpoint=endpoint, by=manager.principal)
        thread.start()
        assert wait_until(waiting_for_a_lock, seconds=10)
    thread.join()
    assert [one.status_code for one in told] == [404]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("write", ["switch", "delete"])
def test_what_changes_while_a_request_waits_is_not_overwritten(
    manager: Program, endpoint: Endpoint, write: str
) -> None:
    address, told = f"{LIST}/{endpoint.pk}", []

    def late() -> None:
        try:
            if write == "switch":
                told.append(patch(manager, address, {"enabled": False}, if_match='"v1"'))
            else:
                told.append(manager.browser.delete(address, headers={"If-Match": '"v1"'}))
        finally:
            connection.close()

    thread = Thread(target=late)
    with transaction.atomic():
        service.change(
            endpoint=endpoint, version=1, url=f"{URL}/2", event_types=[], by=manager.principal
        )
        thread.start()
        assert wait_until(waiting_for_a_lock, seconds=10)
    thread.join()
    assert [one.status_code for one in told] == [412]
    endpoint.refresh_from_db()
    assert (endpoint.url, endpoint.enabled) == (f"{URL}/2", True)


def test_an_endpoint_is_deleted_unless_it_was_changed_meanwhile(
    manager: Program, endpoint: Endpoint
) -> None:
    address = f"{LIST}/{endpoint.pk}"
    assert manager.browser.delete(address, headers={"If-Match": '"v9"'}).status_code == 412
    assert manager.browser.delete(address).status_code == 204
    assert manager.browser.get(address).status_code == 404


def test_a_test_message_can_be_followed(manager: Program, endpoint: Endpoint) -> None:
    made = send(manager, f"{LIST}/{endpoint.pk}/test")
    assert (made.status_code, made.json()["type"]) == (202, "webhook.test")
    found = manager.browser.get(made.headers["Location"]).json()
    assert (found["state"], found["attempts"], found["all_attempts"]) == ("waiting", 0, [])
    assert found["payload"]["data"]["endpoint_id"] == str(endpoint.pk)


def test_a_secret_is_rotated_with_time_to_change_over(manager: Program, endpoint: Endpoint) -> None:
    [old] = service.secrets_of(endpoint)
    answer = send(manager, f"{LIST}/{endpoint.pk}/rotate-secret", {"overlap_hours": 48}).json()
    assert service.secrets_of(endpoint) == [answer["secret"], old]
    assert answer["old_expires_at"] > (clock.now() + timedelta(hours=47)).isoformat()
    refused = send(manager, f"{LIST}/{endpoint.pk}/rotate-secret", {"overlap_hours": 721})
    assert pointers(refused) == ["/overlap_hours"]
    gone = send(manager, f"{LIST}/{endpoint.pk}/rotate-secret", {"overlap_hours": 0}).json()
    assert service.secrets_of(endpoint) == [gone["secret"]]


def test_messages_are_listed_with_what_became_of_the_last_attempt(
    manager: Program, endpoint: Endpoint
) -> None:
    waiting = tried(make_delivery(endpoint), status_code=503, trouble="answer")
    dead = give_up(make_delivery(endpoint, type="score.changed"))
    address = f"{LIST}/{endpoint.pk}/deliveries"

    def listed(query: str = "") -> list[Any]:
        items: list[Any] = manager.browser.get(f"{address}?{query}").json()["items"]
        return items

    assert [one["id"] for one in listed()] == [str(dead.pk), str(waiting.pk)]
    assert [one["id"] for one in listed("state=dead")] == [str(dead.pk)]
    [found] = listed("type=vendor.created")
    assert found["last_attempt"]["status_code"] == 503
    assert found["last_attempt"]["trouble"] == "answer"
    assert found["next_attempt_at"] is not None
    first = manager.browser.get(f"{address}?limit=1").json()
    assert [one["id"] for one in listed(f"limit=1&cursor={first['next']}")] == [str(waiting.pk)]
    assert pointers(manager.browser.get(f"{address}?state=lost")) == ["/state"]
    assert pointers(manager.browser.get(f"{address}?type=no.such")) == ["/type"]
    for listed_at in (address, LIST):
        assert pointers(manager.browser.get(f"{listed_at}?cursor=x")) == ["/cursor"]


def test_a_message_is_shown_with_every_attempt(manager: Program, endpoint: Endpoint) -> None:
    delivery = tried(make_delivery(endpoint), status_code=503, trouble="answer")
    tried(delivery, trouble="timeout")
    found = manager.browser.get(f"{LIST}/{endpoint.pk}/deliveries/{delivery.pk}").json()
    assert [(one["number"], one["trouble"]) for one in found["all_attempts"]] == [
        (2, "timeout"),
        (1, "answer"),
    ]
    assert found["all_attempts"][0]["error"] == "The receiver took too long."
    assert found["payload"] == delivery.payload
    beyond = make_delivery(endpoint, type="score.changed")
    ApiClient.objects.update(scopes=["vendors:read", "webhooks:manage"])
    assert manager.browser.get(f"{LIST}/{endpoint.pk}/deliveries/{beyond.pk}").status_code == 404


def test_a_message_that_was_given_up_is_sent_once_more(
    manager: Program, endpoint: Endpoint
) -> None:
    delivery = give_up(make_delivery(endpoint))
    again = send(manager, f"{LIST}/{endpoint.pk}/deliveries/{delivery.pk}/redeliver")
    assert (again.status_code, again.json()["state"]) == (202, "waiting")
    assert again.json()["message_id"] == str(delivery.message_id)


def test_all_that_was_given_up_since_a_moment_is_sent_once_more(
    manager: Program, endpoint: Endpoint
) -> None:
    now = clock.now()
    for hours in (1, 2, 30):
        give_up(make_delivery(endpoint), at=now - timedelta(hours=hours))
    address = f"{LIST}/{endpoint.pk}/redeliver"
    answer = send(manager, address, {"since": (now - timedelta(hours=3)).isoformat()})
    assert (answer.status_code, answer.json()) == (202, {"count": 2, "more": False})
    assert Delivery.objects.filter(state="waiting").count() == 2
    assert pointers(send(manager, address, {})) == ["/since"]


def test_nothing_is_sent_once_more_to_an_endpoint_that_is_off(
    manager: Program, endpoint: Endpoint
) -> None:
    delivery = give_up(make_delivery(endpoint))
    patch(manager, f"{LIST}/{endpoint.pk}", {"enabled": False})
    refused = send(manager, f"{LIST}/{endpoint.pk}/deliveries/{delivery.pk}/redeliver")
    assert (refused.status_code, refused.json()["type"]) == (
        409,
        "urn:surety:problem:endpoint_disabled",
    )


def every(endpoint: Endpoint, delivery: UUID) -> list[tuple[str, str]]:
    one = f"{LIST}/{endpoint.pk}"
    return [
        ("GET", one),
        ("PATCH", one),
        ("DELETE", one),
        ("POST", f"{one}/test"),
        ("POST", f"{one}/rotate-secret"),
        ("GET", f"{one}/deliveries"),
        ("GET", f"{one}/deliveries/{delivery}"),
        ("POST", f"{one}/deliveries/{delivery}/redeliver"),
        ("POST", f"{one}/redeliver"),
    ]


def test_endpoints_of_other_clients_do_not_exist_also_in_the_same_unit(
    manager: Program, endpoint: Endpoint, unit: BusinessUnit
) -> None:
    other = make_api_client(unit, scopes=SCOPES)
    stranger = Program(other, make_key(other))
    delivery = make_delivery(endpoint)
    for method, address in every(endpoint, delivery.pk):
        answer = stranger.browser.generic(method, address, "{}", content_type="application/json")
        assert answer.status_code == 404, (method, address)
    assert stranger.browser.get(LIST).json()["items"] == []
    unknown = f"{LIST}/{endpoint.pk}/deliveries/{uuid4()}"
    assert manager.browser.get(unknown).status_code == 404


def test_endpoints_are_for_clients_that_manage_webhooks(
    api_client: Program, visitor: Client, endpoint: Endpoint
) -> None:
    addresses = [("GET", LIST), ("POST", LIST), *every(endpoint, uuid4())]
    for method, address in addresses:
        for asker, status in ((api_client.browser, 403), (visitor, 401)):
            answer = asker.generic(method, address, "{}", content_type="application/json")
            assert answer.status_code == status, (method, address)


def test_lists_cost_the_same_queries_however_long_they_are(
    manager: Program, endpoint: Endpoint, django_assert_num_queries: Any
) -> None:
    for number in range(3):
        add_endpoint(manager.client, f"{URL}/{number}")
        tried(make_delivery(endpoint), trouble="timeout")
    deliveries = f"{LIST}/{endpoint.pk}/deliveries"
    manager.browser.get(LIST)
    for address, queries in ((LIST, 2), (deliveries, 3)):
        for limit in (1, 3):
            with django_assert_num_queries(queries):
                manager.browser.get(f"{address}?limit={limit}")
