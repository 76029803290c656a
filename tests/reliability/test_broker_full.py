"""A Valkey that takes nothing more: people go on working, and what was to be done is done later."""

import json
from collections.abc import Generator
from contextlib import closing
from urllib.parse import urlencode

import pytest
import redis

from accounts.models import BusinessUnit
from assessments.models import Assessment
from config.children import wait_until
from scoring.models import CurrentScore
from tests.conftest import StartWorker
from tests.contract.asking import Answer, ask
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
    return start_web(processes=1, DJANGO_SETTINGS_MODULE="tests.settings")


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

    # A worker cannot even begin before there is memory: whoever keeps it running tries again.
    full.config_set("maxmemory", "0")
    worker = start_worker()

    def caught_up() -> bool:
        row = Assessment.objects.get(pk=assessment.pk)
        return CurrentScore.objects.filter(pk=row.pk, inputs_version=row.inputs_version).exists()

    assert wait_until(caught_up, seconds=PATIENCE), worker.said()


def sign_in(web: Web, email: str) -> Answer:
    """What somebody is told who signs in with the right password."""
    token = "t" * 32
    form = {"csrfmiddlewaretoken": token, "login": email, "password": PASSWORD}
    return ask(
        web.address,
        "/accounts/login/",
        method="POST",
        body=urlencode(form),
        headers={
            "Content-Type": "application/x-www-form-urlencoded",
            "Cookie": f"csrftoken={token}",
            "Origin": web.address,
        },
    )


def test_nobody_signs_in_uncounted_and_is_told_so(web: Web, full: "redis.Redis") -> None:
    user = make_user(email="ana@example.com")

    refused = sign_in(web, user.email)

    assert refused.status == 503
    assert int(refused.headers["retry-after"]) > 0
    assert "Signing in is not possible at the moment" in refused.body.decode()
    assert PASSWORD not in refused.body.decode()
    full.config_set("maxmemory", "0")
    assert sign_in(web, user.email).status == 302
