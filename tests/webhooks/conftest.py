"""A receiver on this machine, which the settings allow."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from accounts.models import BusinessUnit
from tests.factories.webhooks import make_endpoint
from tests.receiver import Receiver, receiving
from webhooks.models import Endpoint
from webhooks.net_guard import networks_of


@pytest.fixture
def receiver(settings: Settings) -> Iterator[Receiver]:
    """A receiver of webhooks."""
    settings.WEBHOOK_ALLOWED_NETWORKS = networks_of("127.0.0.1/32")
    with receiving() as started:
        yield started


@pytest.fixture
def endpoint(unit: BusinessUnit, receiver: Receiver) -> Endpoint:
    """An endpoint in `unit` that leads to the receiver."""
    return make_endpoint(unit, receiver.url)
