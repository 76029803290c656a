"""What one business unit has does not exist for another, whatever is asked and by whom."""

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import pytest

from accounts.models import BusinessUnit, Membership
from accounts.permissions import Role
from tests.access.conftest import Ask, Worlds
from tests.access.matrix import ELSEWHERE, HERE, NOT_OBJECTS, Line, lines
from tests.access.world import texts
from tests.personas import Person

LINES = lines()

#: What is worked out and kept for those who only read: it changes nothing that anybody said, and
#: the record says who asked.
KEPT_FOR_READERS = {"scoring:sensitivity", "vendors:evidence_file"}

#: Addresses of two objects side by side, neither of them a part of the other.
SIDE_BY_SIDE = {"vendors:merge", "vendors:tell_apart"}


@pytest.mark.parametrize("column", ELSEWHERE)
def test_nothing_of_this_unit_exists_for_the_same_role_of_another(
    column: str, worlds: Worlds, ask: Ask
) -> None:
    wrong: list[str] = []
    for line in LINES:
        objects = worlds.here.named(line)
        answer = ask(ELSEWHERE[column], line, worlds.here)
        expected = line.expected_of_outsider(column)
        if answer.status not in expected:
            wrong.append(f"{line}: {answer.status}, not {expected}")
        # What the asker said may be said back.
        shown = [one for one in worlds.here.kept_back() - texts(objects) if one in answer.text]
        if shown:
            wrong.append(f"{line}: shows {shown}")
        if line.far == "-":
            continue
        if answer.events:
            wrong.append(f"{line}: {answer.events} events were written")
        unknown = {name: _unknown(value) for name, value in objects.items()}
        other = ask(ELSEWHERE[column], line, worlds.here, objects=unknown).status
        if other != answer.status:
            wrong.append(f"{line}: {answer.status}, but {other} for an id that does not exist")
    assert not wrong, "\n".join(wrong)


def _unknown(value: Any) -> Any:
    if isinstance(value, int):
        return 999_999_999
    return uuid4() if len(str(value)) == 36 else value + "x"


@pytest.mark.parametrize("column", HERE)
def test_an_object_of_another_unit_is_found_in_no_place_of_an_address(
    column: str, worlds: Worlds, ask: Ask
) -> None:
    """Each object in turn is of the other unit, the rest of one's own."""
    wrong: list[str] = []
    for line in (one for one in LINES if one.far != "-"):
        for name, objects in _swapped(line, worlds):
            # An administrator of all units sees both, but never one as a part of the other.
            parts = set(line.objects.values()) - NOT_OBJECTS
            if column == "admin" and (len(parts) < 2 or line.name in SIDE_BY_SIDE):
                continue
            answer = ask(HERE[column], line, worlds.here, objects=objects)
            if answer.status not in line.expected_of_outsider(column) or answer.events:
                wrong.append(f"{line}, {name}: {answer.status} and {answer.events} events")
            if any(one in answer.text for one in worlds.there.kept_back() - texts(objects)):
                wrong.append(f"{line}, {name}: shows what is not theirs")
    assert not wrong, "\n".join(wrong)


def _swapped(line: Line, worlds: Worlds) -> Iterator[tuple[str, Mapping[str, Any]]]:
    here, there = worlds.here.named(line), worlds.there.named(line)
    for name, kind in line.objects.items():
        if kind not in NOT_OBJECTS:
            yield name, {**here, name: there[name]}


def test_a_right_in_one_unit_is_none_in_another(
    unit: BusinessUnit, other_unit: BusinessUnit, worlds: Worlds, ask: Ask, auditor: Person
) -> None:
    """Someone who reads here and does everything elsewhere only reads here."""
    for role in Role.values:
        Membership.objects.create(user=auditor.user, unit=other_unit, role=role)
    wrong: list[str] = []
    for line in (one for one in LINES if one.far != "-"):
        answer = ask("auditor", line, worlds.here)
        expected = line.expected["audit"]
        # Where auditors are refused, pages that look for what may be changed find nothing.
        allowed = {"403", "404"} if expected == "403" else {expected}
        if answer.status not in allowed or (answer.events and line.name not in KEPT_FOR_READERS):
            wrong.append(f"{line}: {answer.status} and {answer.events} events")
    assert not wrong, "\n".join(wrong)


def test_a_member_of_several_units_may_in_each_what_the_role_there_says(
    unit: BusinessUnit, other_unit: BusinessUnit, worlds: Worlds, ask: Ask, auditor: Person
) -> None:
    Membership.objects.create(user=auditor.user, unit=other_unit, role=Role.PROCUREMENT)
    for line in (one for one in LINES if one.far != "-" and one.expected["proc"] != "403"):
        answer = ask("auditor", line, worlds.there)
        assert answer.status == line.expected["proc"], line
