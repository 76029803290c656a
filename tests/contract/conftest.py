"""A running server with one object of each kind in two units."""

from collections.abc import Generator
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


@pytest.fixture
def web(
    transactional_db: None, _worker_environment: dict[str, str], tmp_path: Path
) -> Generator[Web]:
    """Real web processes on the test database, without a limit of requests."""
    started = Web.start(
        environment={**_worker_environment, "API_RATE": "1000000/min"}, log=tmp_path / "web.log"
    )
    yield started
    started.stop()
