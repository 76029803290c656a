"""A worker that is killed while it sends, and a queue that is emptied, lose no message."""

from collections import Counter

import pytest

from audit import clock
from config.children import wait_until
from tests.conftest import StartWorker
from tests.factories.accounts import make_api_client, make_unit
from tests.factories.vendors import make_vendor
from tests.factories.webhooks import add_endpoint
from tests.flows.dying import Queue, kill_whole
from tests.receiver import receiving
from webhooks.models import Delivery, Endpoint

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait: a few times what the clock needs to look at the messages again.
PATIENCE = 60


def delivered() -> int:
    """How many messages have been taken."""
    return Delivery.objects.filter(state=Delivery.State.DELIVERED).count()


def test_a_worker_killed_while_receivers_answer_loses_no_message(
    queue: Queue, beat: None, start_worker: StartWorker, start_senders: StartWorker
) -> None:
    unit = make_unit()
    # Seals what happens.
    start_worker()
    with receiving() as receiver:
        endpoint = add_endpoint(make_api_client(unit), receiver.url, ["vendor.created"]).endpoint
        receiver.delay = 5
        sender = start_senders()
        for _number in range(5):
            make_vendor(unit)
        assert wait_until(lambda: len(receiver.received) == 5, seconds=PATIENCE), sender.said()
        kill_whole(sender)
        queue.empty()
        receiver.delay = 0
        assert Delivery.objects.filter(state=Delivery.State.WAITING).count() == 5
        # As if the time were over for which the dead worker had them in hand.
        Delivery.objects.update(claimed_until=clock.now(), next_attempt_at=clock.now())
        again = start_senders()
        assert wait_until(lambda: delivered() == 5, seconds=PATIENCE), again.said()
        arrived = Counter(one.message_id for one in receiver.received)
        assert set(arrived) == {str(one.message_id) for one in endpoint.deliveries.all()}
        assert set(arrived.values()) == {2}


def test_what_was_sealed_while_nothing_ran_is_told_afterwards(
    queue: Queue, beat: None, start_worker: StartWorker, start_senders: StartWorker
) -> None:
    unit = make_unit()
    with receiving() as receiver:
        add_endpoint(make_api_client(unit), receiver.url, ["vendor.created"])
        for _number in range(5):
            make_vendor(unit)
        worker = start_worker()
        queue.restart()
        sender = start_senders()
        said = wait_until(lambda: delivered() == 5, seconds=PATIENCE)
        assert said, worker.said() + sender.said()


def test_a_receiver_that_never_answers_does_not_hold_up_another(
    queue: Queue, beat: None, start_worker: StartWorker, start_senders: StartWorker
) -> None:
    unit = make_unit()
    start_worker()
    with receiving() as slow, receiving() as quick:
        client = make_api_client(unit)
        slow.delay = 60
        stuck = add_endpoint(client, slow.url, ["vendor.created"]).endpoint
        add_endpoint(client, quick.url, ["vendor.created"])
        sender = start_senders()
        for _number in range(30):
            make_vendor(unit)
        done = wait_until(lambda: len(quick.received) == 30, seconds=PATIENCE)
        assert done, sender.said()
        assert not Delivery.objects.filter(endpoint=stuck, state="delivered").exists()
        assert slow.busiest <= 8
        assert Endpoint.objects.get(pk=stuck.pk).enabled
