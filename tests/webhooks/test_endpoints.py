"""Endpoints: who may have them, what they take, and what of their secrets is kept."""

from datetime import timedelta
from functools import partial
from threading import Thread

import pytest
from django.db import connection, transaction

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.scoping import NotAllowed
from accounts.selectors import principal_for_client, principal_for_user
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event, EventDetail
from config.children import wait_until
from tests.factories.accounts import make_api_client, make_user
from tests.factories.webhooks import add_endpoint, make_delivery, make_endpoint
from tests.flows.dying import waiting_for_a_lock
from tests.personas import Person, Program
from webhooks.models import Attempt, Delivery, Endpoint, Secret
from webhooks.selectors import (
    clients_for_endpoints,
    counts_of,
    deliveries_page,
    deliveries_visible_to,
    endpoints_visible_to,
    event_types,
    event_types_for,
)
from webhooks.services import deliveries, endpoints

pytestmark = pytest.mark.django_db
URL = "https://erp.example/hooks"


@pytest.fixture
def manager(unit: BusinessUnit) -> Program:
    """A client of the API that may manage its webhooks in `unit`."""
    return Program(make_api_client(unit, scopes=["vendors:read", "webhooks:manage"]))


def test_a_secret_is_given_out_once_and_kept_sealed(unit_admin: Person, manager: Program) -> None:
    new = endpoints.add(client=manager.client, url=URL, by=unit_admin.principal)
    assert new.secret.startswith("whsec_")
    assert new.secret not in repr(new)
    sealed = bytes(Secret.objects.get().sealed)
    assert new.secret.removeprefix("whsec_").encode() not in sealed
    assert endpoints.secrets_of(new.endpoint) == [new.secret]


def test_each_change_is_on_the_record_and_the_address_can_be_erased(
    unit: BusinessUnit, unit_admin: Person, manager: Program
) -> None:
    by = unit_admin.principal
    endpoint = endpoints.add(client=manager.client, url=f"{URL}?token=hidden", by=by).endpoint
    endpoints.change(endpoint=endpoint, version=1, url=URL, event_types=["vendor.created"], by=by)
    endpoints.rotate_secret(endpoint=endpoint, by=by)
    endpoints.switch(endpoint=endpoint, enabled=False, by=by)
    endpoints.switch(endpoint=endpoint, enabled=True, by=by)
    endpoints.remove(endpoint=endpoint, by=by)
    rows = Event.objects.filter(aggregate_id=endpoint.pk).order_by("position")
    assert [row.type.partition(".")[2] for row in rows] == [
        "added",
        "changed",
        "secret_rotated",
        "disabled",
        "enabled",
        "removed",
    ]
    assert {row.unit_id for row in rows} == {unit.pk}
    assert not any("hidden" in str(row.data) for row in rows)
    assert EventDetail.objects.get(event__id=rows[0].id).data == {"url": f"{URL}?token=hidden"}
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize(
    "url",
    [
        "",
        "erp.example/hooks",
        "http://erp.example/hooks",
        "ftp://erp.example/",
        "https://user:password@erp.example/",
        "https://erp.example/#part",
        "https://erp.example:99999/",
        "https:///hooks",
        "https://erp.example/a b",
        "https://127.0.0.1/hooks",
        "https://[::ffff:10.0.0.1]/hooks",
        "https://169.254.169.254/latest/meta-data/",
        "https://erp.example/" + "x" * 500,
    ],
)
def test_an_address_that_nothing_may_be_sent_to_is_refused(
    url: str, unit_admin: Person, manager: Program
) -> None:
    with pytest.raises(Invalid) as refused:
        endpoints.add(client=manager.client, url=url, by=unit_admin.principal)
    assert set(refused.value.extra["errors"]) == {"url"}


def test_an_unknown_type_is_refused_by_name(unit_admin: Person, manager: Program) -> None:
    with pytest.raises(Invalid, match=r"Some values") as refused:
        endpoints.add(
            client=manager.client,
            url=URL,
            event_types=["vendor.created", "no.such"],
            by=unit_admin.principal,
        )
    [said] = refused.value.extra["errors"]["event_types"]
    assert "no.such" in said


def test_whoever_was_late_is_told_what_stands_now(unit_admin: Person, manager: Program) -> None:
    by = unit_admin.principal
    endpoint = endpoints.add(client=manager.client, url=URL, by=by).endpoint
    endpoints.change(endpoint=endpoint, version=1, url=f"{URL}/2", by=by)
    with pytest.raises(OutOfDate) as refused:
        endpoints.change(endpoint=endpoint, version=1, url=f"{URL}/3", by=by)
    assert refused.value.extra["current"]["url"] == f"{URL}/2"
    assert refused.value.extra["version"] == 2
    same = endpoints.change(endpoint=endpoint, version=2, url=f"{URL}/2", by=by)
    assert same.version == 2


def test_the_old_secret_signs_beside_the_new_one_until_it_ends(
    unit_admin: Person, manager: Program
) -> None:
    by = unit_admin.principal
    first = endpoints.add(client=manager.client, url=URL, by=by)
    overlap = timedelta(hours=2)
    second = endpoints.rotate_secret(endpoint=first.endpoint, overlap=overlap, by=by)
    assert endpoints.secrets_of(first.endpoint) == [second.secret, first.secret]
    with clock.at(clock.now() + overlap):
        assert endpoints.secrets_of(first.endpoint) == [second.secret]
    at_once = endpoints.rotate_secret(endpoint=first.endpoint, overlap=timedelta(), by=by)
    assert endpoints.secrets_of(first.endpoint) == [at_once.secret]


def test_a_message_never_has_more_than_five_signatures(
    unit_admin: Person, manager: Program
) -> None:
    endpoint = endpoints.add(client=manager.client, url=URL, by=unit_admin.principal).endpoint
    made = [
        endpoints.rotate_secret(
            endpoint=endpoint, overlap=timedelta(days=30), by=unit_admin.principal
        ).secret
        for _number in range(7)
    ]
    assert endpoints.secrets_of(endpoint) == made[:1:-1]


def test_nobody_manages_endpoints_of_a_client_that_reaches_other_units(
    unit: BusinessUnit, other_unit: BusinessUnit, admin: Person, unit_admin: Person
) -> None:
    both = make_api_client(unit, other_unit)
    endpoint = add_endpoint(both).endpoint
    mine = make_endpoint(unit)
    for user in (make_user(Role.ADMINISTRATOR, other_unit), make_user(Role.PROCUREMENT)):
        assert not endpoints_visible_to(principal_for_user(user)).exists()
    for by in (unit_admin.principal, principal_for_user(make_user(Role.PROCUREMENT))):
        with pytest.raises(NotAllowed):
            endpoints.add(client=both, url=URL, by=by)
        with pytest.raises(NotAllowed):
            endpoints.switch(endpoint=endpoint, enabled=False, by=by)
        with pytest.raises(NotAllowed):
            deliveries.test(endpoint=endpoint, by=by)
    assert set(endpoints_visible_to(unit_admin.principal)) == {mine}
    assert set(endpoints_visible_to(admin.principal)) == {endpoint, mine}


def test_a_client_manages_its_own_endpoints_and_no_others(
    unit: BusinessUnit, manager: Program, api_client: Program
) -> None:
    other = make_endpoint(unit)
    mine = endpoints.add(client=manager.client, url=URL, by=manager.principal).endpoint
    make_delivery(other)
    message = make_delivery(mine)
    assert list(endpoints_visible_to(manager.principal)) == [mine]
    assert list(deliveries_visible_to(manager.principal)) == [message]
    assert list(clients_for_endpoints(manager.principal)) == [manager.client]
    with pytest.raises(NotAllowed):
        endpoints.remove(endpoint=other, by=manager.principal)
    # Without the scope not even its own.
    assert not endpoints_visible_to(api_client.principal).exists()
    with pytest.raises(NotAllowed):
        endpoints.add(client=api_client.client, url=URL, by=api_client.principal)


def test_what_a_client_may_choose_follows_from_its_scopes(manager: Program) -> None:
    assert {"vendor.updated", "vendor.merged", "assessment.approved"} <= set(
        event_types_for(manager.client)
    )
    assert "score.changed" not in event_types_for(manager.client)
    assert {"score.changed", "decision.made", "run.completed"} <= set(event_types())


def test_a_token_of_fewer_scopes_has_nobody_told_what_it_could_not_read(
    unit: BusinessUnit,
) -> None:
    client = make_api_client(unit, scopes=["scores:read", "vendors:read", "webhooks:manage"])
    narrow = principal_for_client(client, ["webhooks:manage", "vendors:read"])
    covered = ["vendor.created", "vendor.updated"]
    new = endpoints.add(client=client, url=URL, event_types=covered[:1], by=narrow)
    change = partial(endpoints.change, endpoint=new.endpoint, version=1, by=narrow)
    for ask in (
        partial(endpoints.add, client=client, url=URL, event_types=["score.changed"], by=narrow),
        partial(endpoints.add, client=client, url=URL, by=narrow),
        partial(change, url=URL, event_types=[*covered, "score.changed"]),
        partial(change, url=URL),
    ):
        with pytest.raises(Invalid) as refused:
            ask()
        assert "score.changed" in refused.value.extra["errors"]["event_types"][0]
    assert change(url=URL, event_types=covered).event_types == covered

    wide = add_endpoint(client, URL).endpoint
    elsewhere = partial(endpoints.change, endpoint=wide, version=1, by=narrow)
    assert elsewhere(url=URL, description="All").description == "All"
    with pytest.raises(Invalid):
        endpoints.change(endpoint=wide, version=2, url=f"{URL}/mine", by=narrow)


def test_one_may_have_twenty_endpoints(unit_admin: Person, manager: Program) -> None:
    for _number in range(endpoints.MOST):
        add_endpoint(manager.client)
    with pytest.raises(endpoints.TooManyEndpoints):
        endpoints.add(client=manager.client, url=URL, by=unit_admin.principal)


@pytest.mark.django_db(transaction=True)
def test_of_two_that_add_the_twentieth_at_once_one_is_refused(manager: Program) -> None:
    refused = []

    def late() -> None:
        try:
            add_endpoint(manager.client)
        except endpoints.TooManyEndpoints as error:
            refused.append(error.code)
        finally:
            connection.close()

    for _number in range(endpoints.MOST - 1):
        add_endpoint(manager.client)
    thread = Thread(target=late)
    with transaction.atomic():
        add_endpoint(manager.client)
        thread.start()
        wait_until(waiting_for_a_lock, seconds=5)
    thread.join()
    assert refused == ["too_many_endpoints"]
    assert Endpoint.objects.count() == endpoints.MOST


def test_what_was_given_up_is_sent_again_with_the_same_id(
    unit_admin: Person, unit: BusinessUnit
) -> None:
    endpoint, by = make_endpoint(unit), unit_admin.principal
    now = clock.now()
    dead = [
        make_delivery(endpoint, state="dead", ended_at=now - timedelta(hours=hours))
        for hours in (1, 3)
    ]
    taken = make_delivery(endpoint, state="delivered", ended_at=now)
    assert counts_of([endpoint])[str(endpoint.pk)] == {"waiting": 0, "delivered": 1, "dead": 2}
    since = now - timedelta(hours=2)
    assert deliveries.redeliver_dead(endpoint=endpoint, since=since, by=by) == 1
    assert deliveries.redeliver(delivery=taken, by=by).message_id == taken.message_id
    assert counts_of([endpoint])[str(endpoint.pk)] == {"waiting": 2, "delivered": 0, "dead": 1}
    again = Delivery.objects.get(pk=dead[0].pk)
    assert (again.ended_at, again.give_up_at > now) == (None, True)
    events = Event.objects.filter(type="webhook_endpoint.redelivered").order_by("position")
    assert [event.data["count"] for event in events] == [1, 1]
    endpoints.switch(endpoint=endpoint, enabled=False, by=by)
    with pytest.raises(deliveries.EndpointDisabled):
        deliveries.redeliver(delivery=dead[1], by=by)


def test_a_try_tells_of_nothing_but_itself(unit_admin: Person, unit: BusinessUnit) -> None:
    endpoint = make_endpoint(unit)
    message = deliveries.test(endpoint=endpoint, by=unit_admin.principal)
    assert message.payload["type"] == "webhook.test"
    assert message.payload["data"] == {
        "id": str(message.message_id),
        "endpoint_id": str(endpoint.pk),
    }


def test_messages_are_listed_with_what_became_of_them_last(unit: BusinessUnit) -> None:
    endpoint = make_endpoint(unit)
    now = clock.now()
    old, new = (
        make_delivery(endpoint, created_at=now - timedelta(minutes=number)) for number in (2, 1)
    )
    for number, code in ((1, 500), (2, 503)):
        Attempt.objects.create(
            delivery=old, number=number, at=now, latency_ms=7, status_code=code, trouble="answer"
        )
    first = deliveries_page(endpoint, size=1)
    assert [row.pk for row in first.rows] == [new.pk]
    second = deliveries_page(endpoint, size=1, after=first.next)
    assert [(row.pk, vars(row)["last_status_code"]) for row in second.rows] == [(old.pk, 503)]
    assert not deliveries_page(endpoint, state="dead").rows


def test_old_messages_are_forgotten_with_their_attempts(unit: BusinessUnit) -> None:
    endpoint = make_endpoint(unit)
    now = clock.now()
    long_ago = now - timedelta(days=31)
    old = make_delivery(endpoint, state="delivered", ended_at=long_ago)
    make_delivery(endpoint, created_at=long_ago, give_up_at=long_ago)
    Attempt.objects.create(delivery=old, number=1, at=long_ago, latency_ms=7, status_code=200)
    kept = [
        make_delivery(endpoint, state="dead", ended_at=now),
        make_delivery(endpoint),
        # Given up on its last day, and sent again since.
        make_delivery(endpoint, created_at=long_ago),
    ]
    assert deliveries.forget_old() == 2
    assert set(Delivery.objects.all()) == set(kept)
    assert not Attempt.objects.exists()
