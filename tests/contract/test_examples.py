"""What the examples of the description send is taken, about rows that are there."""

from collections.abc import Generator, Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from accounts.models import BusinessUnit, User
from assessments.models import Assessment
from audit import clock
from config.examples import names
from tests.access.world import World
from tests.contract.operations import Operation, operations_of
from tests.contract.rows import Read, ask_as_client_of, undone
from tests.contract.table import lines

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_the_story() -> Generator[None]:
    """The days of which the examples tell."""
    with clock.at(datetime(2026, 11, 12, 9, tzinfo=UTC)):
        yield


def test_what_an_example_sends_is_taken(
    in_the_story: None, document: Any, world: World, unit: BusinessUnit
) -> None:
    operations = {one.name: one for one in operations_of(document)}
    asker = ask_as_client_of(world, operations)
    table, rows = lines(), stand_ins(world, unit)

    def answer(one: Operation) -> Read:
        [content] = one.takes.values()
        body = with_rows(content["example"], {**rows, **own_rows(world).get(one.name, {})})
        return undone(lambda: asker.ask(one, table[one.name].rows, body=body))

    answers = {name: answer(one) for name, one in operations.items() if one.takes}

    assert {name: said for name, said in answers.items() if said.status != table[name].good} == {}


def stand_ins(world: World, unit: BusinessUnit) -> dict[str, str]:
    """What the examples name -> what the world has in its place."""
    rows = world.objects
    return {
        names.ENGAGEMENT: str(rows["engagement"]),
        names.SITE: str(rows["site"]),
        names.ASSET: str(rows["ip_asset"]),
        names.QUESTIONNAIRE_HASH: str(rows["questionnaire_hash"]),
        names.UNIT: str(unit.pk),
        names.UNIT_CODE: unit.code,
        names.NUMBER: str(rows["number"]),
        names.SYSTEM: str(rows["system"]),
        names.COLLEAGUE: User.objects.get(pk=rows["member"]).email,
        names.CONTACT: str(rows["contact_email"]),
        names.QUESTION: "assigns",
        names.OTHER_QUESTION: "discloses",
    }


def own_rows(world: World) -> dict[str, dict[str, str]]:
    """Operation -> what stands in for something else than usually."""
    finished = Assessment.objects.get(pk=world.objects["signed_off"])
    return {"open_assessment": {names.ENGAGEMENT: str(finished.engagement_id)}}


def with_rows(value: Any, rows: Mapping[str, str]) -> Any:
    """An example with rows that are there, in its texts and in the names of its members."""
    if isinstance(value, dict):
        return {rows.get(name, name): with_rows(one, rows) for name, one in value.items()}
    if isinstance(value, list):
        return [with_rows(one, rows) for one in value]
    return rows.get(value, value) if isinstance(value, str) else value
