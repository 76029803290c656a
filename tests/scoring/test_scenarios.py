"""A what-if against what saving the same would give: any answers, and any changes of them."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from accounts.models import BusinessUnit
from assessments import sheet
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import schema_of
from assessments.services.sheets import pack
from assessments.sheet import EvidenceLevel, State
from scoring.engine.batch import UNKNOWN, Batch, Resolved, resolve
from scoring.selectors.scenario import Base, Entry, Scenario, read
from scoring.selectors.scores import current_of
from scoring.selectors.whatif import base_of, figures, what_if
from tests.factories.assessments import make_assessment
from tests.factories.scoring import score

pytestmark = pytest.mark.django_db

ONCE = datetime(2024, 2, 1, 9, tzinfo=UTC)
DAY = date(2026, 3, 17)
VALUES: Mapping[str, st.SearchStrategy[Any]] = {
    "assigns": st.sampled_from(["yes", "no"]),
    "discloses": st.sampled_from(["at_once", "yearly", "never"]),
    "subcontracts": st.sampled_from(["yes", "no"]),
    "bound": st.sampled_from(["yes", "no"]),
    "signed_on": st.sampled_from(["2021-05-01", "2024-06-01", "2026-01-15"]),
    "measures": st.sampled_from([["locks"], ["logs"], ["locks", "logs"], ["nothing"]]),
    "staff": st.sampled_from([0, 12, 40, 100]),
    "watched": st.sampled_from(["yes", "no"]),
}
STATES = {"blank": State.BLANK, "dont_know": State.DONT_KNOW, "declined": State.DECLINED}
LEVELS = {level.name.lower(): level for level in EvidenceLevel}


@st.composite
def said(draw: st.DrawFn) -> dict[str, tuple[str, Any, str]]:
    """Question -> ("answer", value, level) or ("state", state, "")."""
    found: dict[str, tuple[str, Any, str]] = {}
    for key, values in VALUES.items():
        if draw(st.booleans()):
            continue
        if draw(st.integers(0, 3)):
            found[key] = ("answer", draw(values), draw(st.sampled_from(sorted(LEVELS))))
        else:
            found[key] = ("state", draw(st.sampled_from(sorted(STATES))), "")
    return found


def row(key: str, kind: str, value: Any, level: str, at: datetime) -> Answer:
    """An answer as it is stored, without storing it."""
    if kind == "state":
        return Answer(question_key=key, state=STATES[value], answered_at=at)
    return Answer(
        question_key=key,
        state=State.ANSWERED,
        value=value,
        evidence=LEVELS[level],
        answered_at=at,
    )


def resolved(base: Base, assessment: Assessment, answers: Mapping[str, Answer]) -> Resolved:
    """What the formulas see of these answers on DAY, by way of the sheet."""
    column = {key: at for at, key in enumerate(assessment.questions)}
    answered = sheet.unpack(pack(assessment, answers).cells, assessment.questions)
    cells = sheet.blank(base.plan.size)
    for at, item in enumerate(base.plan.items):
        if item.key in column:
            cells[at] = answered[column[item.key]]
        else:
            # An indicator of which nothing is recorded.
            cells["state"][at] = State.HIDDEN
    cells = cells[None]
    return resolve(
        base.plan,
        Batch(
            risk=cells["risk"],
            state=cells["state"],
            evidence=cells["evidence"],
            valid_until=cells["valid_until"],
            intake=np.full((1, len(base.plan.intake)), UNKNOWN, dtype=np.uint16),
            signed_off=np.array([False]),
            as_of=sheet.day_number(DAY),
        ),
    )


@pytest.fixture
def start(unit: BusinessUnit) -> Base:
    """The small questionnaire, put to a vendor and scored."""
    assessment = make_assessment(unit)
    score(assessment)
    current = current_of(assessment.pk)
    assert current is not None
    return base_of(assessment, current)


def based_on(start: Base, before: Mapping[str, Answer]) -> Base:
    """The same assessment with these answers in it."""
    return Base(
        assessment=start.assessment,
        questionnaire=schema_of(start.assessment),
        answers=before,
        facts={},
        plan=start.plan,
        resolved=resolved(start, start.assessment, before),
        as_of=DAY,
        replaced={},
    )


def test_any_scenario_gives_what_saving_it_would_give(start: Base) -> None:
    @settings(max_examples=80)
    @given(before=said(), after=said())
    def holds(
        before: dict[str, tuple[str, Any, str]], after: dict[str, tuple[str, Any, str]]
    ) -> None:
        rows = {key: row(key, *one, ONCE) for key, one in before.items()}
        base = based_on(start, dict(rows))
        entries = []
        today = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
        for key, (kind, value, level) in after.items():
            old = before.get(key, ("state", "blank", ""))
            if old[:2] == (kind, value):
                continue
            entries.append(Entry(kind, key, value, key))
            if kind == "answer":
                entries.append(Entry("proof", key, level, key))
            rows[key] = row(key, kind, value, level, today)
        scenario, problems = read(base, entries)
        assert problems == []
        outcome = what_if(base, scenario)
        expected = figures(base.plan, resolved(base, base.assessment, rows))
        assert outcome.after == expected
        assert sum(part.points for part in outcome.after.everything) == outcome.after.computed

    holds()


def test_without_a_change_everything_stays_to_the_last_bit(start: Base) -> None:
    @settings(max_examples=50)
    @given(before=said())
    def holds(before: dict[str, tuple[str, Any, str]]) -> None:
        base = based_on(start, {key: row(key, *one, ONCE) for key, one in before.items()})
        outcome = what_if(base, Scenario())
        assert outcome.before == outcome.after
        assert (outcome.shifts, outcome.tried, outcome.revealed) == ([], [], frozenset())

    holds()


def test_an_address_says_the_whole_scenario(start: Base) -> None:
    @settings(max_examples=50)
    @given(before=said(), after=said())
    def holds(
        before: dict[str, tuple[str, Any, str]], after: dict[str, tuple[str, Any, str]]
    ) -> None:
        base = based_on(start, {key: row(key, *one, ONCE) for key, one in before.items()})
        entries = [Entry(kind, key, value, key) for key, (kind, value, _level) in after.items()]
        scenario, _problems = read(base, [*entries, Entry("p", "", "8", "p")])
        written = [
            Entry(*name.partition(".")[::2], value, name) for name, value in scenario.pairs()
        ]
        again, problems = read(base, written)
        assert problems == []
        assert again == scenario
        assert again.pairs() == scenario.pairs()

    holds()
