"""A running server with one object of each kind in two units."""

from collections.abc import Callable, Generator
from pathlib import Path

import pytest

from accounts.models import BusinessUnit
from assessments.services.questionnaires import builtin
from tests.access.world import World, make_world
from tests.factories.assessments import small_questionnaire
from tests.web import Web


@pytest.fixture
def world(unit: BusinessUnit, other_unit: BusinessUnit) -> World:
    """What `unit` has; another unit has the like."""
    questionnaire = small_questionnaire()
    builtin()
    make_world(other_unit, questionnaire, word="Umbersmith")
    return make_world(unit, questionnaire, word="Quillfeather")


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
