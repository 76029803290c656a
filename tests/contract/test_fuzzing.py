"""Whatever is sent to the API, its answer is one that the description names.

Set FUZZING_EXAMPLES to try more per operation than a test run has time for.
"""

import os
from pathlib import Path

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


@pytest.mark.parametrize(
    "scopes",
    [list(settings.OAUTH2_PROVIDER["SCOPES"]), ["vendors:read"]],
    ids=["every scope", "one scope"],
)
def test_no_answer_is_undocumented_and_none_is_a_server_error(
    scopes: list[str], unit: BusinessUnit, world: World, web: Web, tmp_path: Path
) -> None:
    key = make_key(make_api_client(unit, scopes=scopes, name="Fuzzing"))
    document = Client().get("/openapi.json").json()
    config = tmp_path / "schemathesis.toml"
    config.write_text(fuzzing.configuration(document, world.objects, key))

    if said := fuzzing.run(web.address, config, examples=EXAMPLES):
        pytest.fail(said, pytrace=False)
