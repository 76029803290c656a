"""The demo's story of webhooks, told to its own receiver."""

from collections import Counter

import pytest
from pytest_django import Settings

from accounts.models import BusinessUnit
from audit.models import Event
from config import demo_receiver, demo_webhooks
from scoring.demo.systems import WAREHOUSE
from tests.audit.sample import seal_now
from tests.factories.accounts import make_api_client
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.net_guard import networks_of

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_system_is_told_and_one_was_down_until_it_was_switched_off(
    unit: BusinessUnit, admin: Person, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = networks_of("127.0.0.1/32")
    buying = make_api_client(unit)
    own = make_api_client(unit, name=WAREHOUSE)
    for _ in range(3):
        make_engagement(make_vendor(unit), unit)
    seal_now()
    server = demo_receiver.start()
    try:
        demo_webhooks.tell(f"http://127.0.0.1:{server.server_port}")
    finally:
        server.shutdown()
        server.server_close()

    purchasing, warehouse = (
        Endpoint.objects.get(url__endswith=name) for name in ("/purchasing", "/warehouse")
    )
    assert (purchasing.client, warehouse.client) == (buying, own)
    assert purchasing.enabled
    assert warehouse.disabled_reason == "failing"
    states = Counter(Delivery.objects.filter(endpoint=warehouse).values_list("state", flat=True))
    assert states["dead"] == 1
    assert states["waiting"] >= 2
    tried = Attempt.objects.filter(delivery__endpoint=warehouse)
    assert set(tried.values_list("status_code", flat=True)) == {503}
    assert Event.objects.filter(type="webhook_endpoint.disabled").exists()


def test_the_endpoints_follow_the_receiver_to_another_port(
    unit: BusinessUnit, admin: Person, settings: Settings
) -> None:
    settings.WEBHOOK_ALLOWED_NETWORKS = networks_of("127.0.0.1/32")
    make_api_client(unit)
    make_vendor(unit)
    seal_now()
    demo_webhooks.tell("http://127.0.0.1:9")
    demo_webhooks.point("http://127.0.0.1:10")
    assert sorted(Endpoint.objects.values_list("url", flat=True)) == [
        "http://127.0.0.1:10/purchasing",
        "http://127.0.0.1:10/warehouse",
    ]
