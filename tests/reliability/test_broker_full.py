"""A Valkey that takes nothing more: people go on working, and what was to be done is done later."""

import json
from collections.abc import Generator
from contextlib import closing

import pytest
import redis

from accounts.models import BusinessUnit
from assessments.models import Assessment
from config.children import wait_until
from scoring.models import CurrentScore
from tests.conftest import StartWorker
from tests.contract.asking import ask
from tests.contract.conftest import StartWeb
from tests.factories.accounts import PASSWORD, make_api_client, make_key, make_user
from tests.factories.scoring import scored
from tests.flows.dying import Queue
from tests.web import Web

pytestmark = [pytest.mark.worker, pytest.mark.django_db(transaction=True)]
PATIENCE = 60


@pytest.fixture
def full(queue: Queue) -> Generator["redis.Redis"]:
    """The connection to a queue that has no memory left."""
    with closing(redis.Redis.from_url(queue.servers.redis_url)) as broker:
        broker.config_set("maxmemory", "1")
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            broker.set("anything", "at all")
        yield broker


@pytest.fixture
def web(start_web: StartWeb, full: "redis.Redis") -> Web:
    """One web process that uses it."""
    return start_web(processes=1)


def test_saving_and_reading_go_on_and_the_score_comes_once_there_is_memory(
    web: Web, full: "redis.Redis", beat: None, start_worker: StartWorker, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    key = make_key(make_api_client(unit, scopes=["vendors:read", "assessments:write"]))

    said = ask(
        web.address,
        f"/api/v1/assessments/{assessment.pk}/answers",
        key=key,
        method="PATCH",
        body=json.dumps({"answers": {"staff": {"value": 90}}}),
    )
    assert said.status == 200, said
    assert ask(web.address, "/api/v1/vendors", key=key).status == 200
    ready = ask(web.address, "/readyz")
    assert ready.status == 200

    worker = start_worker()
    full.config_set("maxmemory", "0")

    def caught_up() -> bool:
        row = Assessment.objects.get(pk=assessment.pk)
        return CurrentScore.objects.filter(pk=row.pk, inputs_version=row.inputs_version).exists()

    assert wait_until(caught_up, seconds=PATIENCE), worker.said()


def test_people_can_sign_in(web: Web) -> None:
    user = make_user(email="ana@example.com")
    token = "t" * 32
    answer = ask(
        web.address,
        "/accounts/login/",
        method="POST",
        body=f"csrfmiddlewaretoken={token}&login={user.email}&password={PASSWORD}".replace(
            " ", "+"
        ),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={token}",
            "Origin": web.address,
        },
    )
    assert answer.status == 302, answer
