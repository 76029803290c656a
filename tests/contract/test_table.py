"""Every operation of the API answers as tests/contract/operations.txt says.

A new operation needs a line there and, where it takes a body, one in tests/contract/bodies.py.
That it is 401 or 403 without the right to ask needs no line: see test_operations.py.
"""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.db import transaction

from audit.models import Event
from tests.access.world import World
from tests.contract.bodies import BODIES, CONFLICTING
from tests.contract.operations import (
    PROBLEM,
    Operation,
    bad_members,
    bad_parameters,
    differs,
    operations_of,
)
from tests.contract.rows import Asker, Read, ask_as_client_of, undone
from tests.contract.table import Line, lines

pytestmark = pytest.mark.django_db

Wrong = Callable[[Operation, Line], str]
#: How many times "twice" and "often" ask: no client may have so many rows of a kind.
TIMES = {"twice": 2, "often": 25}


@pytest.fixture
def operations(document: Any) -> dict[str, Operation]:
    """Name -> operation, all of them."""
    return {one.name: one for one in operations_of(document)}


@pytest.fixture
def asker(operations: dict[str, Operation], world: World) -> Asker:
    """The client that the exports and endpoints of `world` belong to, with every scope."""
    return ask_as_client_of(world, operations)


def test_every_operation_has_one_line_and_its_words_are_true(
    operations: dict[str, Operation],
) -> None:
    table = lines()

    assert list(table) == list(operations)
    assert {name for name, one in operations.items() if one.takes} == set(BODIES)
    untrue = {name: table[name].untrue(one) for name, one in operations.items()}
    assert {name: words for name, words in untrue.items() if words} == {}


def test_what_is_right_is_answered_as_the_document_says(
    document: Any, operations: dict[str, Operation], asker: Asker
) -> None:
    def wrong(one: Operation, line: Line) -> str:
        answer = undone(lambda: asker.ask(one, line.rows))
        return differs(document, one, answer) if answer.status == line.good else str(answer)

    check(wrong, operations)


def test_a_row_of_another_unit_is_not_there(
    operations: dict[str, Operation], asker: Asker, elsewhere: World
) -> None:
    def wrong(one: Operation, line: Line) -> str:
        if line.other != "404":
            return ""
        there = asker.of(elsewhere)
        whole = refused(lambda: asker.ask(one, line.rows, parts=there.objects(one, line.rows)), 404)
        inner = inner_of(one, line, there)
        if not inner or line.conflict == "taken":
            return whole
        return whole or refused(lambda: asker.ask(one, line.rows, parts=inner), 404)

    check(wrong, operations)


def test_what_cannot_be_taken_is_pointed_at(
    document: Any, operations: dict[str, Operation], asker: Asker
) -> None:
    schemas = document["components"]["schemas"]

    def wrong(one: Operation, line: Line) -> str:
        if line.bad != "400":
            return ""
        queries = [(name, f"?{urlencode({name: value})}") for name, value in bad_parameters(one)]
        bodies = [
            (name, {**BODIES[one.name], name: value}) for name, value in bad_members(one, schemas)
        ]
        with transaction.atomic():
            found = [(name, asker.ask(one, line.rows, query=query)) for name, query in queries]
            found += [(name, asker.ask(one, line.rows, body=body)) for name, body in bodies]
            transaction.set_rollback(True)
        if not found:
            return "there is nothing to try"
        said = (misses(answer, f"/{name}") for name, answer in found)
        return "; ".join(text for text in said if text)

    check(wrong, operations)


def test_what_has_changed_since_is_412_and_what_stands_in_the_way_409(
    operations: dict[str, Operation], asker: Asker, elsewhere: World
) -> None:
    def outdated(one: Operation, line: Line) -> str:
        if line.stale != "412":
            return ""
        return refused(lambda: asker.ask(one, line.rows, headers={"If-Match": '"v987"'}), 412)

    def in_the_way(one: Operation, line: Line) -> str:
        body = CONFLICTING.get(one.name)
        if line.conflict == "taken":
            parts = inner_of(one, line, asker.of(elsewhere))
            return refused(lambda: asker.ask(one, line.rows, parts=parts), 409)
        if line.conflict == "body":
            return refused(lambda: asker.ask(one, line.rows, body=body), 409)
        if line.conflict in TIMES:
            return refused(lambda: last(one, line, TIMES[line.conflict]), 409)
        if rows := line.conflicting:
            return refused(lambda: asker.ask(one, {**line.rows, **rows}, body=body), 409)
        return ""

    def last(one: Operation, line: Line, times: int) -> Read:
        parts = asker.objects(one, line.rows)
        return [asker.ask(one, line.rows, parts=parts) for _ in range(times)][-1]

    check(outdated, operations)
    check(in_the_way, operations)


def test_sent_again_under_its_key_it_is_answered_again_and_done_once(
    operations: dict[str, Operation], asker: Asker
) -> None:
    key = {"Idempotency-Key": "one"}

    def thrice(one: Operation, line: Line) -> str:
        parts = asker.objects(one, line.rows)
        first = asker.ask(one, line.rows, parts=parts, headers=key)
        events = Event.objects.count()
        second = asker.ask(one, line.rows, parts=parts, headers=key)
        more = {**BODIES.get(one.name, {}), "title": "Another"}
        other = asker.ask(one, line.rows, parts=parts, headers=key, body=more)
        if first.status != line.good or first.replayed:
            return f"first {first}"
        if (second.status, second.said, second.replayed) != (first.status, first.said, True):
            return f"{first} and then {second}"
        if Event.objects.count() != events:
            return "it was done again"
        return "" if (other.status, other.kind) == (422, PROBLEM) else f"another body: {other}"

    def wrong(one: Operation, line: Line) -> str:
        return "" if line.again != "replay" else str(undone(lambda: thrice(one, line)))

    check(wrong, operations)


def check(wrong: Wrong, operations: Mapping[str, Operation]) -> None:
    """Fail with a line for every operation of which something is wrong."""
    table = lines()
    found = [
        f"{name}: {said[:400]}"
        for name, one in operations.items()
        if (said := wrong(one, table[name]))
    ]
    assert not found, "\n".join(found)


def refused(work: Callable[[], Read], status: int) -> str:
    """What came instead of a problem of this status; "" when it came."""
    answer = undone(work)
    return "" if (answer.status, answer.kind) == (status, PROBLEM) else str(answer)


def misses(answer: Read, pointer: str) -> str:
    """What came instead of a 400 that points there, or into it; "" when it came."""
    if answer.status != 400:
        return f"{pointer}: {answer}"
    found = [error["pointer"] for error in answer.said.get("errors", ())]
    return "" if any(one.startswith(pointer) for one in found) else f"{pointer}: only {found}"


def inner_of(one: Operation, line: Line, there: Asker) -> dict[str, str]:
    """The last row of its path from elsewhere, beneath our own; {} where it is no id of a row."""
    theirs = there.objects(one, line.rows)[one.parts[-1]]
    if len(one.parts) == 1 or (
        "external_id" not in one.parts and len(theirs) != len(str(UUID(int=0)))
    ):
        return {}
    return {one.parts[-1]: theirs}
