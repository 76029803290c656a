"""Messages go out signed, again and again until they are taken, and never where they must not."""

from datetime import timedelta
from ipaddress import ip_address

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings
from standardwebhooks import WebhookVerificationError

from accounts.models import BusinessUnit, Notification
from accounts.principal import SYSTEM
from accounts.services import api_clients
from audit import clock
from audit.models import Event
from tests.factories.accounts import make_api_client, make_unit
from tests.factories.vendors import make_vendor
from tests.factories.webhooks import add_endpoint, make_delivery
from tests.personas import Person
from tests.receiver import Receiver
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.services import deliveries, endpoints, sending

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def last(delivery: Delivery) -> Attempt:
    """The latest attempt."""
    return delivery.attempts.latest("number")


def send_at_next(delivery: Delivery) -> Delivery:
    """Let the time come at which a message is due, and send."""
    delivery.refresh_from_db()
    with clock.at(max(delivery.next_attempt_at, clock.now())):
        assert sending.send_due() == 1
    delivery.refresh_from_db()
    return delivery


def test_a_receiver_can_verify_what_arrives(unit: BusinessUnit, receiver: Receiver) -> None:
    new = add_endpoint(make_api_client(unit), receiver.url)
    delivery = make_delivery(new.endpoint)
    assert sending.send_due() == 1
    [got] = receiver.received
    assert got.verified_by(new.secret) == delivery.payload
    assert (got.path, got.message_id) == ("/hooks", str(delivery.message_id))
    assert got.headers["content-type"] == "application/json"
    assert got.headers["host"] == f"127.0.0.1:{receiver.port}"
    delivery.refresh_from_db()
    assert (delivery.state, delivery.tries) == (Delivery.State.DELIVERED, 1)
    attempt = last(delivery)
    assert (attempt.status_code, attempt.trouble, attempt.address) == (204, "", "127.0.0.1")
    assert attempt.error == ""


def test_both_secrets_verify_while_the_receiver_changes_over(
    unit: BusinessUnit, receiver: Receiver
) -> None:
    old = add_endpoint(make_api_client(unit), receiver.url)
    new = endpoints.rotate_secret(endpoint=old.endpoint, overlap=HOUR, by=SYSTEM)
    delivery = make_delivery(old.endpoint)
    sending.send_due()
    [got] = receiver.received
    assert got.verified_by(old.secret) == got.verified_by(new.secret) == delivery.payload
    endpoints.rotate_secret(endpoint=old.endpoint, overlap=timedelta(), by=SYSTEM)
    make_delivery(old.endpoint)
    sending.send_due()
    with pytest.raises(WebhookVerificationError):
        receiver.received[1].verified_by(new.secret)


def test_what_was_refused_is_tried_again_ever_later_with_the_same_id(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.status, receiver.body = 500, b"Out of \x1b[31morder\x00"
    delivery, waited = make_delivery(endpoint), []
    for number in range(1, 5):
        before = delivery.next_attempt_at
        send_at_next(delivery)
        assert (delivery.state, delivery.tries) == (Delivery.State.WAITING, number)
        waited.append(delivery.next_attempt_at - max(before, last(delivery).at))
    assert waited == sorted(waited)
    assert waited[3] > timedelta(minutes=4)
    assert last(delivery).response == "Out of [31morder"
    assert last(delivery).trouble == Attempt.Trouble.ANSWER
    receiver.status = 200
    assert send_at_next(delivery).state == Delivery.State.DELIVERED
    assert {one.message_id for one in receiver.received} == {str(delivery.message_id)}
    assert len({one.headers["webhook-timestamp"] for one in receiver.received}) == 5


def test_a_message_is_given_up_after_a_day_and_can_be_sent_again(
    endpoint: Endpoint, receiver: Receiver, unit_admin: Person
) -> None:
    receiver.status = 503
    delivery, begun = make_delivery(endpoint), clock.now()
    while delivery.state == Delivery.State.WAITING:
        send_at_next(delivery)
    assert delivery.state == Delivery.State.DEAD
    assert 8 <= delivery.tries <= 16
    assert timedelta(hours=19) < last(delivery).at - begun < timedelta(hours=24)
    receiver.status = 200
    endpoints.switch(endpoint=endpoint, enabled=True, by=unit_admin.principal)
    deliveries.redeliver(delivery=delivery, by=unit_admin.principal)
    assert send_at_next(delivery).state == Delivery.State.DELIVERED


def test_an_endpoint_that_takes_nothing_for_a_day_is_switched_off_with_notice(
    endpoint: Endpoint, receiver: Receiver, unit_admin: Person, procurement: Person
) -> None:
    receiver.status = 500
    only = make_delivery(endpoint)
    while only.state == Delivery.State.WAITING:
        send_at_next(only)
    later = make_delivery(endpoint)
    endpoint.refresh_from_db()
    assert endpoint.disabled_reason == Endpoint.Disabled.FAILING
    assert Event.objects.get(type="webhook_endpoint.disabled").data["reason"] == "failing"
    told = Notification.objects.get(kind="webhook_disabled")
    assert (told.user, told.about) == (unit_admin.user, endpoint.pk)
    assert unit_admin.browser.get(told.url).status_code == 200
    # Nothing more is sent; what waits goes out once it is switched on again.
    with clock.at(clock.now() + timedelta(hours=26)):
        assert sending.send_due() == 0
    receiver.status = 200
    endpoints.switch(endpoint=endpoint, enabled=True, by=unit_admin.principal)
    assert send_at_next(later).state == Delivery.State.DELIVERED


def test_what_is_sent_again_begins_again_with_short_pauses(
    endpoint: Endpoint, receiver: Receiver, unit_admin: Person
) -> None:
    receiver.status = 400
    delivery = make_delivery(endpoint)
    for _number in range(4):
        send_at_next(delivery)
    tomorrow = clock.now() + timedelta(hours=23)
    with clock.at(tomorrow):
        deliveries.redeliver(delivery=delivery, by=unit_admin.principal)
        sending.send_due()
    delivery.refresh_from_db()
    assert delivery.tries == 5
    assert delivery.next_attempt_at - tomorrow < timedelta(seconds=10)


def test_a_message_that_is_on_its_way_is_not_said_to_be_sent_again(
    endpoint: Endpoint, unit_admin: Person
) -> None:
    delivery = make_delivery(endpoint)
    assert sending.claim() == delivery
    deliveries.redeliver(delivery=delivery, by=unit_admin.principal)
    assert not Event.objects.filter(type="webhook_endpoint.redelivered").exists()


def test_one_failure_after_quiet_days_switches_nothing_off(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    begun = clock.now()
    receiver.status = 400
    poison = send_at_next(make_delivery(endpoint))
    receiver.status = 200
    send_at_next(make_delivery(endpoint))
    receiver.status = 400
    while poison.state == Delivery.State.WAITING:
        send_at_next(poison)
    endpoint.refresh_from_db()
    assert endpoint.enabled
    # Written days later, and tried once only, since no worker was there for long.
    with clock.at(begun + timedelta(days=4)):
        late = make_delivery(endpoint)
    receiver.status = 503
    with clock.at(begun + timedelta(days=5, hours=6)):
        assert sending.send_due() == 1
    late.refresh_from_db()
    endpoint.refresh_from_db()
    assert (late.state, late.tries, endpoint.enabled) == (Delivery.State.DEAD, 1, True)


def test_another_address_begins_without_the_failures_of_the_one_before(
    endpoint: Endpoint, receiver: Receiver, unit_admin: Person
) -> None:
    receiver.status = 500
    send_at_next(make_delivery(endpoint))
    endpoint.refresh_from_db()
    assert endpoint.failing_since is not None
    endpoints.change(
        endpoint=endpoint, version=1, url=f"{receiver.url}/new", by=unit_admin.principal
    )
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_a_receiver_that_is_gone_is_told_nothing_more(
    endpoint: Endpoint, receiver: Receiver, unit_admin: Person
) -> None:
    receiver.status = 410
    delivery = make_delivery(endpoint)
    make_delivery(endpoint)
    assert sending.send_due() == 1
    delivery.refresh_from_db()
    endpoint.refresh_from_db()
    assert delivery.state == Delivery.State.DEAD
    assert endpoint.disabled_reason == Endpoint.Disabled.GONE
    assert Notification.objects.filter(user=unit_admin.user).count() == 1


@pytest.mark.parametrize(
    ("said", "least", "most"),
    [("600", 600, 600), ("86400", 4 * 3600, 4 * 3600), ("0", 4, 6), ("soon", 4, 6)],
)
def test_the_pause_that_a_receiver_asks_for_is_kept_within_bounds(
    said: str, least: int, most: int, endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.status, receiver.headers = 429, {"Retry-After": said}
    delivery, now = make_delivery(endpoint), clock.now()
    with clock.at(now):
        sending.send_due()
    delivery.refresh_from_db()
    assert timedelta(seconds=least) <= delivery.next_attempt_at - now <= timedelta(seconds=most)


def test_a_redirect_is_not_followed_wherever_it_leads(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.status = 307
    receiver.headers = {"Location": f"http://127.0.0.1:{receiver.port}/inside"}
    delivery = make_delivery(endpoint)
    sending.send_due()
    assert [one.path for one in receiver.received] == ["/hooks"]
    assert last(delivery).trouble == Attempt.Trouble.REDIRECT
    delivery.refresh_from_db()
    assert delivery.state == Delivery.State.WAITING


def test_a_name_that_leads_inside_later_on_is_not_followed_there(
    unit: BusinessUnit, receiver: Receiver
) -> None:
    url = f"http://erp.example:{receiver.port}/hooks"
    delivery = make_delivery(add_endpoint(make_api_client(unit), url).endpoint)
    receiver.status = 500
    here, inside = ip_address("127.0.0.1"), ip_address("10.0.0.5")
    sending.send_due(resolve=lambda host, port: [here])
    assert last(delivery).trouble == Attempt.Trouble.ANSWER
    delivery.refresh_from_db()
    with clock.at(delivery.next_attempt_at):
        sending.send_due(resolve=lambda host, port: [here, inside])
    attempt = last(delivery)
    assert (attempt.trouble, attempt.address) == (Attempt.Trouble.FORBIDDEN, "10.0.0.5")
    assert len(receiver.received) == 1
    assert receiver.received[0].headers["host"] == f"erp.example:{receiver.port}"


def test_without_being_allowed_nothing_is_sent_to_this_machine(
    endpoint: Endpoint, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = ()
    delivery = make_delivery(endpoint)
    sending.send_due()
    assert receiver.received == []
    assert last(delivery).trouble == Attempt.Trouble.FORBIDDEN
    assert str(last(delivery).error).endswith(".")


def test_one_message_that_is_refused_for_ever_does_not_hold_up_the_others(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.status = 400
    poison = make_delivery(endpoint)
    sending.send_due()
    receiver.status = 200
    others = [make_delivery(endpoint) for _number in range(3)]
    assert sending.send_due() == 3
    assert {one.state for one in Delivery.objects.filter(pk__in=[o.pk for o in others])} == {
        "delivered"
    }
    poison.refresh_from_db()
    assert (poison.state, poison.tries) == (Delivery.State.WAITING, 1)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_after_an_outage_what_waits_goes_out_at_once(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    receiver.status = 503
    for _number in range(2):
        make_delivery(endpoint)
    assert sending.send_due() == 2
    # As if they had been tried many times.
    later = clock.now() + 4 * HOUR
    Delivery.objects.update(next_attempt_at=later)
    receiver.status = 200
    with clock.at(clock.now() + HOUR):
        make_delivery(endpoint)
        assert sending.send_due() == 3


def test_rights_that_were_taken_away_hold_for_what_waits(
    unit: BusinessUnit, receiver: Receiver
) -> None:
    client = make_api_client(unit, scopes=["vendors:read"])
    endpoint = add_endpoint(client, receiver.url).endpoint
    vendor = make_vendor(unit)
    of_vendor = make_delivery(endpoint, vendor_id=vendor.pk)
    of_score = make_delivery(endpoint, type="score.changed", unit_id=unit.pk)
    elsewhere = make_delivery(endpoint, vendor_id=make_vendor(make_unit()).pk)
    sending.send_due()
    for refused in (of_score, elsewhere):
        refused.refresh_from_db()
        assert refused.state == Delivery.State.DEAD
        assert last(refused).trouble == Attempt.Trouble.NOT_ALLOWED
    assert [one.message_id for one in receiver.received] == [str(of_vendor.message_id)]
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None
    api_clients.switch(client=client, active=False, by=SYSTEM)
    make_delivery(endpoint, vendor_id=vendor.pk)
    sending.send_due()
    assert len(receiver.received) == 1


def test_a_try_is_sent_once_also_to_an_endpoint_that_is_switched_off(
    endpoint: Endpoint, receiver: Receiver, unit_admin: Person
) -> None:
    by = unit_admin.principal
    endpoints.switch(endpoint=endpoint, enabled=False, by=by)
    make_delivery(endpoint)
    receiver.status = 500
    message = deliveries.test(endpoint=endpoint, by=by)
    assert sending.send_due() == 1
    message.refresh_from_db()
    assert (message.state, message.tries) == (Delivery.State.DEAD, 1)
    endpoint.refresh_from_db()
    assert endpoint.failing_since is None


def test_a_message_in_hand_is_nobody_elses_until_the_claim_runs_out(endpoint: Endpoint) -> None:
    delivery = make_delivery(endpoint)
    assert sending.claim() == delivery
    assert sending.claim() is None
    with clock.at(clock.now() + sending.CLAIM):
        again = sending.claim()
    assert again is not None
    assert (again.pk, again.tries) == (delivery.pk, 2)


def test_an_endpoint_has_a_few_messages_in_hand_at_most_and_one_while_it_fails(
    unit: BusinessUnit, endpoint: Endpoint, receiver: Receiver, settings: Settings
) -> None:
    settings.WEBHOOK_PER_ENDPOINT = 3
    for _number in range(5):
        make_delivery(endpoint)
    other = make_delivery(add_endpoint(make_api_client(unit), receiver.url).endpoint)
    assert sending.claim() is not None
    # The least busy comes first.
    assert sending.claim() == other
    assert sending.claim() is not None
    assert sending.claim() is not None
    assert sending.claim() is None
    Endpoint.objects.update(failing_since=clock.now())
    with clock.at(clock.now() + sending.CLAIM):
        assert sending.claim() is not None
        assert sending.claim() is not None
        assert sending.claim() is None


def test_the_outcome_of_a_claim_that_ran_out_changes_nothing(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    make_delivery(endpoint)
    late = sending.claim()
    assert late is not None
    with clock.at(clock.now() + sending.CLAIM):
        taken_over = sending.claim()
    assert taken_over is not None
    sending.send(late)
    taken_over.refresh_from_db()
    assert taken_over.state == Delivery.State.WAITING
    sending.send(taken_over)
    taken_over.refresh_from_db()
    assert taken_over.state == Delivery.State.DELIVERED


def test_sending_a_message_takes_a_fixed_number_of_queries(
    unit: BusinessUnit, endpoint: Endpoint
) -> None:
    counts = []
    for waiting in (1, 30):
        for _number in range(waiting):
            make_delivery(endpoint, type="score.changed", unit_id=unit.pk)
        with CaptureQueriesContext(connection) as queries:
            delivery = sending.claim()
            assert delivery is not None
            assert sending.send(delivery).trouble == ""
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15
