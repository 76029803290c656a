"""`manage.py check_sheets` finds whatever is packed otherwise than the rows say, and repairs it."""

from datetime import date

import pytest
from django.core.management import call_command
from pytest_django import DjangoAssertNumQueries

from accounts.models import BusinessUnit
from assessments.models import Answer, Assessment, Sheet
from assessments.services import intakes, sheets
from assessments.services.intakes import Packing
from tests.factories.assessments import answer_all, make_assessment, submitted
from tests.factories.scoring import say
from tests.factories.vendors import make_engagement, make_vendor
from vendors.intake import pack_intake, packed_layout
from vendors.models import Engagement

pytestmark = pytest.mark.django_db


def answered(unit: BusinessUnit, count: int = 1) -> list[Assessment]:
    """Answered drafts, each with an engagement made by the services."""
    made = []
    for _ in range(count):
        engagement = make_engagement(make_vendor(unit), unit)
        made.append(make_assessment(unit, engagement=engagement))
        answer_all(made[-1])
    return made


def differing() -> dict[object, list[str]]:
    """What is found of the sheets."""
    return {pk: differs for pk, differs in sheets.check_all() if differs}


class TestSheets:
    @pytest.mark.parametrize(
        "values",
        [
            {"value": "never"},
            {"state": 3},
            {"evidence": 2},
            {"evidence": 1, "evidence_until": date(2027, 1, 31)},
        ],
    )
    def test_an_answer_changed_behind_our_back_is_found_and_repaired(
        self, unit: BusinessUnit, values: dict[str, object]
    ) -> None:
        one, _other = answered(unit, 2)
        Answer.objects.filter(assessment=one, question_key="discloses").update(**values)
        assert differing() == {one.pk: ["sheet"]}
        version = Assessment.objects.get(pk=one.pk).inputs_version
        assert dict(sheets.check_all(repair=True))[one.pk] == ["sheet"]
        assert not differing()
        assert Assessment.objects.get(pk=one.pk).inputs_version == version + 1

    def test_a_sheet_or_a_counter_that_is_gone_is_found(self, unit: BusinessUnit) -> None:
        first, second = answered(unit, 2)
        Sheet.objects.filter(assessment=first).delete()
        Assessment.objects.filter(pk=second.pk).update(answered=0, applicable=99)
        assert differing() == {first.pk: ["no sheet"], second.pk: ["answered", "applicable"]}
        assert len(list(sheets.check_all(repair=True))) == 2
        assert not differing()

    def test_rows_that_cannot_be_packed_are_named_and_the_others_checked(
        self, unit: BusinessUnit
    ) -> None:
        bad, good = answered(unit, 2)
        Answer.objects.filter(assessment=bad, question_key="discloses").update(value="unheard of")
        Sheet.objects.filter(assessment=good).delete()
        found = differing()
        assert found[bad.pk][0].startswith("cannot be packed: ")
        assert found[good.pk] == ["no sheet"]
        assert len(list(sheets.check_all(repair=True))) == 2
        assert set(differing()) == {bad.pk}

    def test_pages_are_read_to_their_end_in_a_few_queries_each(
        self,
        unit: BusinessUnit,
        monkeypatch: pytest.MonkeyPatch,
        django_assert_max_num_queries: DjangoAssertNumQueries,
    ) -> None:
        made = answered(unit, 5)
        made.append(submitted(unit))
        with django_assert_max_num_queries(6):
            assert len(list(sheets.check_all())) == len(made)
        monkeypatch.setattr(sheets, "_PAGE", 2)
        assert {pk for pk, _ in sheets.check_all()} == {one.pk for one in made}
        assert len(list(sheets.check_all(sample=3))) == 3


class TestIntakes:
    def test_a_packed_intake_that_says_something_else_is_found_and_repaired(
        self, unit: BusinessUnit, capsys: pytest.CaptureFixture[str]
    ) -> None:
        (one,) = answered(unit)
        version = Assessment.objects.get(pk=one.pk).inputs_version
        Engagement.objects.update(intake_packed=pack_intake({}))
        with pytest.raises(SystemExit):
            call_command("check_sheets")
        assert f"engagement {one.engagement_id}: packed intake" in capsys.readouterr().out
        call_command("check_sheets", "--repair")
        row = Engagement.objects.get()
        assert bytes(row.intake_packed or b"") == pack_intake(row.intake)
        # The score may have been made from what was packed.
        assert Assessment.objects.get(pk=one.pk).inputs_version == version + 1
        call_command("check_sheets")
        assert "1 sheets and 1 intakes checked, all agree" in capsys.readouterr().out

    @pytest.mark.parametrize("stored", [None, b"", b"of an earlier intake file"])
    def test_an_intake_that_is_not_packed_is_no_mistake_and_is_packed_on_request(
        self, unit: BusinessUnit, capsys: pytest.CaptureFixture[str], stored: bytes | None
    ) -> None:
        (one,) = answered(unit)
        version = Assessment.objects.get(pk=one.pk).inputs_version
        Engagement.objects.update(intake_packed=stored)
        call_command("check_sheets")
        assert "1 intakes are not packed; --repair packs them." in capsys.readouterr().out
        call_command("check_sheets", "--repair")
        assert bytes(Engagement.objects.get().intake_packed or b"").startswith(packed_layout())
        assert Assessment.objects.get(pk=one.pk).inputs_version == version

    def test_an_intake_that_nobody_could_have_given_is_named(self, unit: BusinessUnit) -> None:
        engagement = make_engagement(make_vendor(unit), unit)
        Engagement.objects.update(intake={"annual_spend": "a trifle"})
        assert list(intakes.check_all(repair=True)) == [(engagement.pk, Packing.WRONG)]

    def test_pages_of_engagements_are_read_to_their_end(
        self, unit: BusinessUnit, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(intakes, "_PAGE", 2)
        made = {make_engagement(make_vendor(unit), unit).pk for _ in range(5)}
        assert {pk for pk, packing in intakes.check_all() if packing is Packing.AGREES} == made


def test_a_save_while_a_page_is_checked_is_no_mistake(unit: BusinessUnit) -> None:
    (one,) = answered(unit)
    read = sheets._with_answers([one.pk])
    row, answers = next(read)
    say(one, staff=77)
    fresh = Assessment.objects.get(pk=row.pk)
    # What was read is older than what is stored now: looked at again under lock, it agrees.
    assert sheets._differing(fresh, answers)
    assert not sheets._check(fresh, repair=False)
