"""A running server with one object of each kind in two units."""

from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from accounts.models import BusinessUnit
from assessments.services.questionnaires import builtin
from tests.access.world import World, make_world
from tests.factories.assessments import small_questionnaire
from tests.web import Web


@pytest.fixture
def elsewhere(other_unit: BusinessUnit) -> World:
    """What another unit has."""
    questionnaire = small_questionnaire()
    builtin()
    return make_world(other_unit, questionnaire, word="Umbersmith")


@pytest.fixture
def world(unit: BusinessUnit, elsewhere: World) -> World:
    """What `unit` has; another unit has the like."""
    return make_world(unit, small_questionnaire(), word="Quillfeather")


@pytest.fixture
def document(db: None) -> Any:
    """What the API says of itself."""
    return Client().get("/openapi.json").json()


StartWeb = Callable[..., Web]


@pytest.fixture
def start_web(
    transactional_db: None, _worker_environment: dict[str, str], tmp_path: Path
) -> Generator[StartWeb]:
    """Start real web processes on the test database: `start_web(REDIS_URL="…", processes=1)`."""
    started: list[Web] = []

    def start(*, processes: int = 2, **environment: str) -> Web:
        web = Web.start(
            environment={**_worker_environment, **environment},
            log=tmp_path / f"web-{len(started)}.log",
            processes=processes,
        )
        started.append(web)
        return web

    yield start
    for web in started:
        web.stop()


@pytest.fixture
def web(start_web: StartWeb) -> Web:
    """Two web processes without a limit of requests."""
    return start_web(API_RATE="1000000/min")
