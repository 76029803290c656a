"""A worker that is killed in the middle of sending loses no letter, and doubles one at most."""

from collections import Counter
from collections.abc import Iterator

import pytest
from django.test import override_settings

from accounts.models import Letter
from audit import clock
from config.children import wait_until
from tests.conftest import StartWorker
from tests.factories.letters import make_letter
from tests.flows.dying import Queue, kill_whole
from tests.mail_server import Inbox, free_port, listening

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait: a few times what the clock needs to look at the letters again.
PATIENCE = 60


@pytest.fixture
def inbox(_worker_environment: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Inbox]:
    """A mail server that this process and the workers know."""
    box, port = Inbox(), free_port()
    monkeypatch.setitem(_worker_environment, "EMAIL_URL", f"smtp://127.0.0.1:{port}")
    monkeypatch.setitem(_worker_environment, "DEFAULT_FROM_EMAIL", "surety@house.example")
    known = override_settings(
        EMAIL_BACKEND="django.core.mail.backends.smtp.EmailBackend",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=port,
    )
    with listening(box, port), known:
        yield box


def test_a_worker_killed_while_the_server_takes_a_letter_loses_none_and_doubles_one_at_most(
    queue: Queue, beat: None, inbox: Inbox, start_senders: StartWorker
) -> None:
    inbox.free.clear()
    posted = [make_letter() for _number in range(3)]
    worker = start_senders()
    assert wait_until(lambda: inbox.reached == 1, seconds=PATIENCE), worker.said()
    kill_whole(worker)
    queue.empty()
    # The server takes what it was given; nobody is left to note it.
    inbox.free.set()
    assert Letter.objects.filter(state=Letter.State.WAITING).count() == 3
    # As if the two minutes were over for which the dead worker had it in hand.
    Letter.objects.exclude(claimed_until=None).update(claimed_until=clock.now())
    again = start_senders()
    sent = Letter.objects.filter(state=Letter.State.SENT)
    assert wait_until(lambda: sent.count() == 3, seconds=PATIENCE), again.said()
    arrived = Counter(str(one["Message-ID"]) for one in inbox.letters)
    assert len(arrived) == len(posted)
    assert sorted(arrived.values())[:2] == [1, 1]
    assert max(arrived.values()) <= 2


def test_an_outage_of_mail_and_an_emptied_queue_lose_no_letter(
    queue: Queue, beat: None, inbox: Inbox, start_senders: StartWorker
) -> None:
    inbox.to_text = "451 Try again later"
    letter = make_letter()
    worker = start_senders()
    assert wait_until(lambda: inbox.reached >= 1, seconds=PATIENCE), worker.said()
    queue.empty()
    inbox.to_text = ""
    sent = Letter.objects.filter(pk=letter.pk, state=Letter.State.SENT)
    assert wait_until(sent.exists, seconds=PATIENCE), worker.said()
    assert len(inbox.letters) == 1
