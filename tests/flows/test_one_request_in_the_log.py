"""One id leads from a request through its tasks to the system that is told, on real processes."""

import json
import urllib.request
from collections.abc import Generator
from pathlib import Path
from typing import Any

import pytest

from audit.models import Event
from config.children import wait_until
from config.request_ids import HEADER
from scoring.models import CurrentScore
from tests.api.programs import make_program
from tests.conftest import StartWorker
from tests.factories.accounts import make_unit
from tests.factories.assessments import small_questionnaire
from tests.factories.scoring import scored
from tests.factories.webhooks import add_endpoint
from tests.flows.dying import Queue
from tests.receiver import receiving
from tests.web import Web
from tests.workers import Worker
from webhooks.services.sending import REQUEST

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
#: Bound of each wait. The work takes a fraction of a second; a loaded machine may need more.
PATIENCE = 60


@pytest.fixture
def web(
    queue: Queue, transactional_db: None, _worker_environment: dict[str, str], tmp_path: Path
) -> Generator[Web]:
    """Real web processes that queue where the workers of the test listen."""
    running = Web.start(environment=_worker_environment, log=tmp_path / "web.log")
    yield running
    running.stop()


def ask(address: str, key: str, body: Any = None, **headers: str) -> Any:
    """The answer to a GET, or to a PATCH with a JSON body."""
    request = urllib.request.Request(
        address,
        method="GET" if body is None else "PATCH",
        data=None if body is None else json.dumps(body).encode(),
        headers={"Authorization": f"Bearer {key}", "Content-Type": "application/json", **headers},
    )
    return urllib.request.urlopen(request, timeout=30)


def lines(of: Web | Worker, request_id: str) -> list[dict[str, Any]]:
    """What a process has written about a request."""
    said = (json.loads(one) for one in of.said().splitlines() if one.startswith("{"))
    return [one for one in said if one.get("request_id") == request_id]


def test_a_request_is_found_in_the_lines_of_its_tasks_and_at_the_receiver(
    queue: Queue, beat: None, web: Web, start_worker: StartWorker, start_senders: StartWorker
) -> None:
    unit = make_unit()
    erp = make_program(unit)
    assessment = scored(unit, small_questionnaire())
    scorer, sender = start_worker(), start_senders()
    address = f"{web.address}/api/v1/assessments/{assessment.pk}/answers"
    with receiving() as receiver:
        add_endpoint(erp.client, receiver.url, ["score.changed"])
        with ask(address, erp.key) as read:
            tag, other = read.headers["ETag"], read.headers[HEADER]
        values = {"answers": {"assigns": {"value": "no"}, "discloses": {"value": "never"}}}
        with ask(address, erp.key, values, **{"If-Match": tag, "Idempotency-Key": "1"}) as saved:
            request_id = saved.headers[HEADER]
        assert other != request_id

        # The request itself, in the log of the process that answered it.
        finished = [one for one in lines(web, request_id) if one["event"] == "request_finished"]
        assert [one["code"] for one in finished] == [200]

        # The task that it caused, by its own id; and the event, which the receiver is told of.
        def done() -> list[dict[str, Any]]:
            return [
                one
                for one in lines(scorer, request_id)
                if one["event"].startswith("Task scoring.rescore[") and "succeeded" in one["event"]
            ]

        assert wait_until(lambda: bool(done()), seconds=PATIENCE), scorer.said()
        assert done()[0]["task_id"] in done()[0]["event"]
        assert CurrentScore.objects.filter(
            assessment=assessment, cause="assessment.answers_saved"
        ).exists()
        caused = Event.objects.filter(request_id=request_id).values_list("type", flat=True)
        assert {"assessment.answers_saved", "score.changed"} <= set(caused)

        assert wait_until(lambda: bool(receiver.received), seconds=PATIENCE), sender.said()
        assert [one.headers[REQUEST] for one in receiver.received] == [request_id]

        def tried() -> list[int]:
            found = lines(sender, request_id)
            return [one["status"] for one in found if one["event"] == "webhooks.tried"]

        assert wait_until(lambda: tried() == [204], seconds=PATIENCE), sender.said()


def test_what_the_clock_sends_belongs_to_no_request_but_its_task_is_named(
    queue: Queue, beat: None, start_worker: StartWorker
) -> None:
    worker = start_worker()
    scored(make_unit(), small_questionnaire())

    def said() -> list[dict[str, Any]]:
        found = (json.loads(one) for one in worker.said().splitlines() if one.startswith("{"))
        return [one for one in found if "succeeded" in one["event"]]

    assert wait_until(lambda: bool(said()), seconds=PATIENCE), worker.said()
    assert all(one["task_id"] in one["event"] for one in said())
    assert not any("request_id" in one for one in said())
