"""What the logs say, and what they never do."""

import json
import logging
from collections.abc import Generator
from functools import partial
from typing import Any

import pytest
import structlog
from celery import current_app
from django.test import Client
from django.urls import reverse

from config import logs
from config.celery import app
from config.children import wait_until
from tests.factories.accounts import make_user
from tests.personas import Program
from tests.workers import Worker


@pytest.fixture
def written() -> Generator[list[str]]:
    """The lines that go to the log, as in production."""
    lines: list[str] = []
    formatter_of = logs.configuration(level="INFO", readable=False)["formatters"]["lines"]
    settings = dict(formatter_of)
    formatter = settings.pop("()")(**settings)

    class Keep(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(formatter.format(record))

    handler, root = Keep(), logging.getLogger()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def test_a_line_is_a_json_object_with_time_level_and_name(written: list[str]) -> None:
    structlog.get_logger("surety.test").info("something.happened", number=3)
    logging.getLogger("other.library").warning("said %s", "so")
    ours, theirs = (json.loads(line) for line in written)
    assert (ours["event"], ours["number"], ours["level"]) == ("something.happened", 3, "info")
    assert (theirs["event"], theirs["logger"]) == ("said so", "other.library")
    assert "timestamp" in ours


@pytest.mark.parametrize(
    "secret",
    [
        "srt_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefg",
        "whsec_AbCdEfGhIjKlMnOpQrStUvWxYz01+/456789abcdefg=",
        "/accounts/password/reset/key/3abc-c9z8y7-0123456789/",
        "Authorization: Bearer abcdefghijklmnopqrstuvwxyz012345",
        "postgresql://surety:hunter2hunter2@db:5432/surety",
    ],
)
def test_secrets_are_hidden_wherever_they_turn_up(written: list[str], secret: str) -> None:
    log = structlog.get_logger("surety.test")
    log.info("tried", request=f"GET {secret}")
    logging.getLogger("other.library").warning("tried %s", secret)
    try:
        raise ValueError(secret)
    except ValueError:
        log.exception("failed")
    said = "".join(written)
    assert len(written) == 3
    assert secret not in said
    assert "[hidden]" in said


@pytest.mark.parametrize("name", ["password", "client_secret", "access_token", "api_key"])
def test_values_with_a_secret_name_are_hidden(written: list[str], name: str) -> None:
    structlog.get_logger("surety.test").info("tried", **{name: "hunter2"})
    assert "hunter2" not in written[0]


@pytest.mark.worker
def test_what_runs_every_few_seconds_leaves_no_line(celery_worker_process: Worker) -> None:
    current_app.send_task("audit.seal")
    current_app.send_task("scoring.rescore_many", args=[[]])
    assert wait_until(lambda: "succeeded" in celery_worker_process.said(), seconds=30)
    lines = [line for line in celery_worker_process.said().splitlines() if line.startswith("{")]
    events = [json.loads(line)["event"] for line in lines]
    assert any("scoring.rescore_many" in event for event in events)
    assert not any("audit.seal" in event for event in events)


def test_no_task_that_runs_every_few_seconds_says_so_each_time() -> None:
    often = {
        entry["task"]
        for entry in app.conf.beat_schedule.values()
        if isinstance(entry["schedule"], float) and entry["schedule"] <= 10
    }
    # Messages of webhooks are sent as soon as there are any.
    for task in (*often, "webhooks.send"):
        line = logging.LogRecord(
            "celery.worker.strategy",
            logging.INFO,
            "",
            0,
            "%(name)s received",
            ({"name": task},),
            None,
        )
        assert not logs.worth_a_line(line), task


def test_what_runs_every_few_seconds_may_still_fail_aloud() -> None:
    told: dict[str, Any] = {"name": "audit.seal", "id": "1", "runtime": 0.1}
    makes = partial(logging.LogRecord, "celery.app.trace", pathname="", lineno=0, exc_info=None)
    assert not logs.worth_a_line(makes(logging.INFO, msg="%(name)s succeeded", args=(told,)))
    assert logs.worth_a_line(makes(logging.ERROR, msg="%(name)s failed", args=(told,)))


@pytest.mark.django_db
def test_requests_leave_no_password_link_or_key_in_the_log(
    written: list[str], api_client: Program
) -> None:
    make_user(email="ana@example.com")
    browser = Client()
    browser.post(
        reverse("account_login"), {"login": "ana@example.com", "password": "my-own-secret-words"}
    )
    link = reverse("account_reset_password_from_key", args=["3abc", "c9z8y7-0123456789"])
    browser.get(link)
    api_client.browser.get("/api/v1/vendors")
    said = "".join(written)
    assert "request_finished" in said
    for secret in ("my-own-secret-words", "c9z8y7-0123456789", api_client.key):
        assert secret not in said
