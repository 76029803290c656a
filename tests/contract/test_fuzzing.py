"""Whatever is sent to the API, its answer is one that the description names.

Set FUZZING_EXAMPLES to try more per operation than a test run has time for.
"""

import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import BusinessUnit
from tests.access.world import World
from tests.contract import fuzzing
from tests.factories.accounts import make_api_client, make_key
from tests.web import Web

pytestmark = pytest.mark.django_db(transaction=True)

EXAMPLES = int(os.environ.get("FUZZING_EXAMPLES", "8"))


@pytest.fixture
def document() -> Any:
    """What the API says of itself."""
    return Client().get("/openapi.json").json()


def test_no_answer_is_undocumented_and_none_is_a_server_error(
    unit: BusinessUnit, world: World, web: Web, document: Any, tmp_path: Path
) -> None:
    scopes = list(settings.OAUTH2_PROVIDER["SCOPES"])
    key = make_key(make_api_client(unit, scopes=scopes, name="Fuzzing"))
    config = tmp_path / "schemathesis.toml"
    config.write_text(fuzzing.configuration(document, world.objects, key))

    if said := fuzzing.run(web.address, document, config, examples=EXAMPLES):
        pytest.fail(said, pytrace=False)


def test_a_client_with_one_scope_is_answered_as_documented_too(
    unit: BusinessUnit, world: World, web: Web, document: Any, tmp_path: Path
) -> None:
    key = make_key(make_api_client(unit, scopes=["vendors:read"], name="Fuzzing"))
    config = tmp_path / "schemathesis.toml"
    config.write_text(fuzzing.configuration(document, world.objects, key))

    # What fits the schemas is tried above, one value after another.
    only = ("--phases=fuzzing",)
    if said := fuzzing.run(web.address, document, config, examples=EXAMPLES, more=only):
        pytest.fail(said, pytrace=False)
