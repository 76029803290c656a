"""Every operation of the API, asked without the right to ask.

No operation needs a line here: the objects of tests/access/world.py answer, by the parameters of
their paths (tests/contract/fuzzing.py says which parameter names which object; add yours there).
"""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from accounts.models import BusinessUnit
from tests.access.world import World
from tests.contract import fuzzing
from tests.contract.operations import PROBLEM, SCOPES, Operation, operations_of
from tests.factories.accounts import make_api_client, make_key

pytestmark = pytest.mark.django_db


@pytest.fixture
def operations(document: Any) -> list[Operation]:
    """All of them."""
    return list(operations_of(document))


Asking = Callable[..., Any]


@pytest.fixture
def asking(unit: BusinessUnit, world: World) -> Asking:
    """Ask with these scopes about the rows of `world`, and undo what it did."""
    keys: dict[Any, str] = {}

    def ask(
        one: Operation,
        *,
        scopes: list[str] | None = SCOPES,
        **headers: str,
    ) -> Any:
        if scopes is not None:
            who = tuple(scopes)
            if who not in keys:
                keys[who] = make_key(make_api_client(unit, scopes=scopes))
            headers["Authorization"] = f"Bearer {keys[who]}"
        named = fuzzing.named(one.path).items()
        send = getattr(Client(headers=headers), one.method)
        with transaction.atomic():
            answer = send(one.at({part: str(world.objects[kinds[0]]) for part, kinds in named}))
            transaction.set_rollback(True)
        return answer

    return ask


def wrong(one: Operation, answer: Any, status: int) -> str:
    """ "" where the answer is a problem document of this status."""
    if answer.status_code != status or answer.headers["Content-Type"] != PROBLEM:
        return f"{one.name}: {answer.status_code}"
    return ""


def failures(found: Iterator[str]) -> list[str]:
    return [line for line in found if line]


def test_without_credentials_it_is_401(operations: list[Operation], asking: Asking) -> None:
    def each() -> Iterator[str]:
        for one in operations:
            answer = asking(one, scopes=None)
            yield wrong(one, answer, 401)
            assert answer.headers["WWW-Authenticate"].startswith("Bearer")
            assert "RateLimit" in answer.headers

    assert failures(each()) == []


def test_with_every_scope_but_those_it_takes_it_is_403(
    operations: list[Operation], asking: Asking
) -> None:
    assert (
        failures(
            wrong(one, asking(one, scopes=[each for each in SCOPES if each not in one.scopes]), 403)
            for one in operations
        )
        == []
    )
