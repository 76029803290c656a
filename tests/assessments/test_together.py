"""Two people at once, with two real connections; and sheets that always say what the rows say."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from threading import Barrier
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments import sheet
from assessments.errors import AlreadyOpen, Conflict
from assessments.models import Answer, Assessment, Sheet
from assessments.selectors.assessments import answers_of
from assessments.services import answers, sheets
from assessments.services.answers import AnswerInput, Said
from assessments.services.assessments import open_assessment
from tests.factories.accounts import make_unit
from tests.factories.assessments import make_assessment, make_engagement, small_questionnaire
from tests.factories.vendors import make_vendor
from tests.personas import Person


def at_once(*steps: Callable[[], Any]) -> list[Any]:
    """Run each step in a thread with a connection of its own; results or errors, in order."""
    start = Barrier(len(steps))

    def run(step: Callable[[], Any]) -> Any:
        try:
            start.wait(timeout=10)
            return step()
        except Exception as error:  # noqa: BLE001 - the error is the result
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


@pytest.mark.django_db(transaction=True)
class TestTwoPeople:
    def test_different_answers_lose_nothing(
        self, unit: BusinessUnit, procurement: Person, unit_admin: Person
    ) -> None:
        assessment = make_assessment(unit)
        ana, ben = procurement.principal, unit_admin.principal

        def save(key: str, value: object, by: Any) -> Callable[[], Any]:
            return lambda: answers.save(
                assessment=assessment, values={key: AnswerInput(value, version=0)}, by=by
            )

        results = at_once(
            save("staff", 5, ana), save("discloses", "never", ben), save("remarks", "Both", ana)
        )
        assert not [one for one in results if isinstance(one, Exception)]
        assert {key: row.value for key, row in answers_of(assessment).items()} == {
            "staff": 5,
            "discloses": "never",
            "remarks": "Both",
        }
        assessment.refresh_from_db()
        assert (assessment.answered, assessment.inputs_version) == (3, 4)
        assert not differing()

    def test_the_same_answer_is_taken_once_and_the_other_sees_both(
        self, unit: BusinessUnit, procurement: Person, unit_admin: Person
    ) -> None:
        assessment = make_assessment(unit)
        ana, ben = procurement.principal, unit_admin.principal
        results = at_once(
            lambda: answers.save(
                assessment=assessment, values={"staff": AnswerInput(5, version=0)}, by=ana
            ),
            lambda: answers.save(
                assessment=assessment, values={"staff": AnswerInput(9, version=0)}, by=ben
            ),
        )
        refused = [one for one in results if isinstance(one, Conflict)]
        assert len(refused) == 1
        said = refused[0].extra
        assert {said["yours"]["value"], said["theirs"]["value"]} == {5, 9}
        assert said["theirs"]["value"] == Answer.objects.get(assessment=assessment).value
        assert said["theirs_by"] in ("Pia Procurement", "Uma Unitadmin")

    def test_opening_at_once_gives_one_assessment(self, unit: BusinessUnit) -> None:
        engagement, questionnaire = make_engagement(unit), small_questionnaire()

        def step() -> Any:
            return open_assessment(engagement=engagement, questionnaire=questionnaire, by=SYSTEM)

        results = at_once(step, step)
        assert sorted(type(one).__name__ for one in results) == ["AlreadyOpen", "Assessment"]
        assert [one for one in results if isinstance(one, AlreadyOpen)]


def differing() -> dict[Any, list[str]]:
    """What `check_sheets` finds."""
    return {pk: differs for pk, differs in sheets.check_all() if differs}


VALUES: dict[str, st.SearchStrategy[object]] = {
    "assigns": st.sampled_from(["yes", "no"]),
    "discloses": st.sampled_from(["at_once", "yearly", "never"]),
    "subcontracts": st.sampled_from(["yes", "no"]),
    "bound": st.sampled_from(["yes", "no"]),
    "signed_on": st.dates(date(1990, 1, 1), date(2026, 1, 1)).map(str),
    "measures": st.sampled_from([["locks"], ["logs", "locks"], ["nothing"]]),
    "staff": st.integers(0, 300),
    "remarks": st.sampled_from(["One", "Two"]),
}


SAID: list[Said] = ["answered", "answered", "answered", "dont_know", "declined", "blank"]


@st.composite
def one_save(draw: st.DrawFn) -> dict[str, AnswerInput]:
    """One save of one to four questions: answers, blanks, and what is said instead."""
    keys = draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=4, unique=True))
    inputs = {}
    for key in keys:
        state = draw(st.sampled_from(SAID))
        value = draw(VALUES[key]) if state == "answered" else None
        inputs[key] = AnswerInput(value, state, note=draw(st.sampled_from(["", "Noted"])))
    return inputs


@pytest.mark.django_db
class TestSheets:
    @settings(
        max_examples=25,
        suppress_health_check=[HealthCheck.function_scoped_fixture],
    )
    @given(saves=st.lists(one_save(), min_size=1, max_size=8))
    def test_whatever_is_saved_the_sheet_says_what_the_rows_say(
        self, db: None, saves: list[dict[str, AnswerInput]]
    ) -> None:
        assessment = make_assessment(make_unit())
        for values in saves:
            before = Assessment.objects.get(pk=assessment.pk)
            old = bytes(Sheet.objects.get(assessment=assessment).cells)
            saved = answers.save(assessment=assessment, values=values, by=SYSTEM)
            now = Assessment.objects.get(pk=assessment.pk)
            cells = bytes(Sheet.objects.get(assessment=assessment).cells)
            packed = sheets.pack(now, answers_of(now))
            assert cells == packed.cells
            assert (now.answered, now.applicable) == (packed.answered, packed.applicable)
            assert (saved.answered, saved.applicable) == (now.answered, now.applicable)
            assert now.inputs_version == before.inputs_version + (cells != old)

    def test_a_sheet_that_was_changed_behind_our_back_is_found_and_repaired(
        self, unit: BusinessUnit, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assessment = make_assessment(unit)
        answers.save(assessment=assessment, values={"staff": AnswerInput(50)}, by=SYSTEM)
        blank = sheet.pack(sheet.blank(len(assessment.questions)), assessment.questions)
        Sheet.objects.filter(assessment=assessment).update(cells=blank)
        with pytest.raises(SystemExit):
            call_command("check_sheets")
        assert str(assessment.pk) in capsys.readouterr().out
        call_command("check_sheets", "--repair")
        assert not differing()
        call_command("check_sheets")
        assert "all agree" in capsys.readouterr().out
        call_command("check_sheets", sample=1)
        assert "all agree" in capsys.readouterr().out


@pytest.mark.django_db
class TestOpeningMany:
    def test_every_engagement_without_one_gets_one(
        self, unit: BusinessUnit, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for _ in range(3):
            make_engagement(unit, tier="low")
        call_command("open_assessments", "--unit", unit.code, "--limit", "2")
        assert "Opened 2 of 2" in capsys.readouterr().out
        call_command("open_assessments", "--unit", unit.code)
        call_command("open_assessments", "--unit", unit.code)
        assert Assessment.objects.filter(unit=unit).count() == 3

    def test_imported_vendors_get_an_engagement_of_the_highest_risk_and_an_assessment(
        self, unit: BusinessUnit, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for _ in range(2):
            make_vendor(unit)
        for _round in range(2):
            call_command("open_assessments", "--unit", unit.code, "--engage", "tooling")
        assert "Added 0 engagements" in capsys.readouterr().out
        opened = Assessment.objects.filter(unit=unit).select_related("engagement")
        assert [(one.engagement.inherent_risk, one.tier) for one in opened] == [
            (10_000, "critical"),
            (10_000, "critical"),
        ]
