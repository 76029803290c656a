"""Whoever is switched off is sent nothing, and loses nothing that was written for it before."""

from collections.abc import Callable

import pytest

from accounts.models import ApiClient, BusinessUnit
from accounts.principal import SYSTEM
from accounts.services import api_clients
from tests.factories.accounts import make_api_client
from tests.factories.vendors import make_vendor
from tests.factories.webhooks import add_endpoint, make_delivery
from tests.receiver import Receiver
from webhooks.models import Delivery, Endpoint
from webhooks.selectors import figures
from webhooks.services import deliveries, endpoints, sending

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(unit: BusinessUnit) -> ApiClient:
    return make_api_client(unit)


@pytest.fixture
def endpoint(client: ApiClient, receiver: Receiver) -> Endpoint:
    return add_endpoint(client, receiver.url).endpoint


def switch_client(endpoint: Endpoint, on: bool) -> None:
    api_clients.switch(client=endpoint.client, active=on, by=SYSTEM)


def switch_endpoint(endpoint: Endpoint, on: bool) -> None:
    endpoints.switch(endpoint=endpoint, enabled=on, by=SYSTEM)


@pytest.mark.parametrize("switch", [switch_client, switch_endpoint])
def test_what_waits_goes_out_once_it_is_switched_on_again(
    switch: Callable[[Endpoint, bool], None],
    endpoint: Endpoint,
    receiver: Receiver,
    unit: BusinessUnit,
) -> None:
    waiting = make_delivery(endpoint, vendor_id=make_vendor(unit).pk)
    switch(endpoint, False)

    assert sending.send_due() == 0
    assert sending.call_senders() == 0
    assert figures().waiting == 0
    waiting.refresh_from_db()
    assert (waiting.state, waiting.tries) == (Delivery.State.WAITING, 0)

    switch(Endpoint.objects.get(), True)
    assert sending.send_due() == 1
    assert [one.message_id for one in receiver.received] == [str(waiting.message_id)]


def test_a_try_of_a_client_that_is_switched_off_is_not_sent(
    endpoint: Endpoint, receiver: Receiver
) -> None:
    switch_client(endpoint, on=False)
    message = deliveries.test(endpoint=endpoint, by=SYSTEM)

    sending.send_due()

    message.refresh_from_db()
    assert (message.state, receiver.received) == (Delivery.State.DEAD, [])
