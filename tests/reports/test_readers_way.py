"""Days and figures in what leaves the pages: paper, workbooks and letters as the reader writes
them, CSV as programs read them, whatever the language of its words."""

import io
import re
from datetime import date
from typing import Final
from zipfile import ZipFile

import pytest
from django.urls import reverse
from django.utils.translation import override

from accounts.models import BusinessUnit, Letter, User
from accounts.principal import SYSTEM
from accounts.services.letters import said_in
from assessments.services import portal_letters
from scoring.services import standings
from tests.factories.assessments import make_assessment
from tests.factories.contracts import make_contract, make_policy
from tests.factories.portal import invited, new_link
from tests.factories.scoring import scored
from tests.factories.statements import make_statement
from tests.personas import Person
from tests.reports.making import content, report_on, text_of
from tests.scoring_pages.reading import file_of

pytestmark = pytest.mark.django_db

DAY: Final = re.compile(r"\d{4}-\d{2}-\d{2}")
POINTS: Final = re.compile(r"\d+\.\d{3}")


def test_german_readers_have_german_days_and_figures_on_paper(
    unit: BusinessUnit, legal: Person
) -> None:
    assessment = scored(unit, worst=True)
    make_contract(assessment.engagement, title="Frame agreement", ends_on="2031-03-31")
    make_policy(assessment.vendor, limit="1500000")
    make_statement(assessment.vendor)
    with override("de"):
        report = report_on(assessment.vendor, legal, unit)
    said = text_of(content(report, legal))

    for words in ("31. März 2031", "31. Dezember 2040", "1.500.000"):
        assert words in said, words
    assert DAY.findall(said) == []
    assert re.findall(r"\d,\d{3},\d{3}", said) == []


@pytest.mark.parametrize(
    ("language", "day"), [("de", "dd.mm.yyyy"), ("en-gb", "d mmm yyyy"), ("vi", "yyyy-mm-dd")]
)
def test_days_of_a_workbook_are_written_as_its_reader_does(
    language: str, day: str, unit: BusinessUnit, legal: Person
) -> None:
    assessment = scored(unit)
    make_contract(assessment.engagement, ends_on="2031-03-31")
    with override(language):
        report = report_on(assessment.vendor, legal, unit)
    with ZipFile(io.BytesIO(content(report, legal, "xlsx"))) as book:
        looks = re.findall(r'formatCode="([^"]*)"', book.read("xl/styles.xml").decode())
    assert day in looks
    # What groups and separates digits there is up to the program that shows them.
    assert {"0.000", "#,##0.00##"} <= {*looks}


def test_a_letter_to_a_german_reader_names_german_days(unit: BusinessUnit) -> None:
    invitation = invited(make_assessment(unit), language="de")
    invitation.due_on = date(2031, 3, 31)
    portal_letters.invitation(invitation=invitation, link=new_link(invitation), by=SYSTEM)
    said = said_in(Letter.objects.latest("pk")).text
    assert "31. März 2031" in said
    assert DAY.findall(said) == []


def test_csv_has_words_of_the_reader_and_figures_and_days_for_programs(
    unit: BusinessUnit, legal: Person
) -> None:
    User.objects.update(language="de")
    rows = [scored(unit, country=country, worst=country == "CN") for country in ("VN", "CN")]
    standings.restand_many(vendor_ids=[one.vendor_id for one in rows])

    head, *lines = file_of(legal.browser, reverse("scoring:vendors_csv"))
    assert (head[0], head[4]) == ("Lieferant", "Von")
    for line in lines:
        assert line[2] in {"Niedrig", "Mäßig", "Erhöht", "Hoch", "Kritisch", "Nicht eingestuft"}
        assert all(POINTS.fullmatch(cell) for cell in line[3:6])
        assert DAY.fullmatch(line[-1])

    of = [str(one.pk) for one in rows]
    figures = {
        line[1]: line[2:4] for line in file_of(legal.browser, reverse("scoring:compare_csv"), of=of)
    }
    for name in ("Punkte", "Von", "Bis", "Inhärentes Risiko", "Abdeckung"):
        assert all(re.fullmatch(r"\d+(\.\d+)?", cell) for cell in figures[name]), name
    assert all(DAY.fullmatch(cell) for cell in figures["Stand"])
