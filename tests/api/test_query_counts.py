"""How many queries every read of the API takes: checked in, and the same for any number of rows."""

from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from assessments.services.questionnaires import builtin
from tests.access.matrix import lines
from tests.access.world import World, make_world
from tests.factories.accounts import make_api_client, make_key
from tests.factories.assessments import small_questionnaire
from tests.personas import Program

pytestmark = pytest.mark.django_db

_TABLE = Path(__file__).with_name("query_counts.txt")
READS = [
    line
    for line in lines()
    if line.is_api and line.method == "GET" and line.expected["client"] == "200"
]


def table() -> dict[str, int]:
    rows = [row.split() for row in _TABLE.read_text().splitlines() if row and row[0] != "#"]
    return {name: int(number) for name, number in rows}


def taken(client: Client, world: World) -> dict[str, int]:
    """Address -> queries once the process is warm."""
    found = {}
    for line in READS:
        address = reverse(line.name, kwargs=world.named(line))
        assert client.get(address).status_code == 200, line
        with CaptureQueriesContext(connection) as captured:
            client.get(address)
        found[line.name] = len(captured)
    return found


def test_every_read_takes_the_queries_of_the_table_however_many_rows_there_are(
    unit: BusinessUnit, other_unit: BusinessUnit, api_client: Program
) -> None:
    questionnaire = small_questionnaire()
    builtin()
    here = make_world(unit, questionnaire, word="Quillfeather")
    of_one = taken(api_client.browser, here)
    for word in ("Umbersmith", "Thornhill"):
        make_world(unit, questionnaire, word=word)
    of_three = taken(api_client.browser, here)
    make_world(other_unit, questionnaire, word="Ashdown")
    both = make_api_client(unit, other_unit, name="Both")
    of_both = taken(Program(both, make_key(both)).browser, here)

    assert of_three == of_one, "more rows"
    assert of_both == of_one, "more units"
    assert of_one == table()
