"""The papers as somebody reads them who leafs, jumps, listens or prints them: both of them."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.utils import translation
from pypdf import PdfReader

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import answers
from assessments.services.answers import AnswerInput
from audit import clock
from reports import paper as printed
from reports.document import Column, Document, Facts, Kind, Section, Table, Words
from reports.models import Report
from tests.factories.scoring import scored
from tests.personas import Person
from tests.reports.making import content, elements, paper, report_on, sheets_of, text_of

pytestmark = pytest.mark.django_db

MakeReport = Callable[[Assessment], Report]


@pytest.fixture(params=["vendor", "portfolio"])
def papers(request: pytest.FixtureRequest, unit: BusinessUnit, legal: Person) -> PdfReader:
    """The paper on a vendor, and that of the portfolio it is in."""
    vendor = scored(unit, name="Danang Castings", worst=True).vendor
    report = report_on(vendor if request.param == "vendor" else None, legal, unit)
    return paper(content(report, legal))


def bookmarks(of: PdfReader) -> Iterator[tuple[str, int]]:
    """The title of each and the number of the page that it leads to, in their order."""

    def below(found: list[Any]) -> Iterator[tuple[str, int]]:
        for one in found:
            if isinstance(one, list):
                yield from below(one)
            else:
                yield str(one.title), of.get_destination_page_number(one) or 0

    return below(of.outline)


def test_every_heading_is_a_bookmark_that_leads_to_it(papers: PdfReader) -> None:
    marks = list(bookmarks(papers))
    chapters = [line for line in said_on(papers, 1).split("\n") if ". . . ." in line]
    assert len(chapters) > 5
    for line in chapters:
        title, _dots, number = line.partition(" . ")
        assert (title, int(number.rpartition(" ")[2]) - 1) in marks
    assert [at for _title, at in marks] == sorted(at for _title, at in marks)
    for title, at in marks:
        assert title in " ".join(said_on(papers, at).split()), title


def said_on(of: PdfReader, at: int) -> str:
    """The words of a page."""
    return of.pages[at].extract_text()


def test_a_viewer_counts_pages_as_their_foot_does(papers: PdfReader) -> None:
    labels = papers.page_labels
    assert labels == [str(number) for number in range(1, len(papers.pages) + 1)]
    for at, label in enumerate(labels):
        assert f"Page {label} of {len(labels)}" in said_on(papers, at)


def test_every_drawing_says_in_a_sentence_what_it_shows(papers: PdfReader) -> None:
    drawn = [words for kind, words in elements(papers) if kind == "/Figure"]
    assert len(drawn) >= 2
    for words in drawn:
        assert len(words.split()) > 4, words
        assert words.endswith("."), words


def test_a_long_note_stands_once_below_its_answer(unit: BusinessUnit, legal: Person) -> None:
    assessment = scored(unit, worst=True)
    note = "The works council has been told of it. " * 60
    values = {"discloses": AnswerInput("yearly", note=note.strip())}
    answers.save(assessment=assessment, values=values, by=SYSTEM)
    report = report_on(assessment.vendor, legal, unit)
    said = text_of(content(report, legal))
    assert said.count("The works council has been told of it.") >= 59
    assert "Note: The works council" in said
    head, *rows = sheets_of(content(report, legal, "xlsx"))["Answers"]
    noted = [row for row in rows if row[head.index("Note")]]
    assert [row[head.index("Answer")] for row in noted] == ["Once a year"]


def _document(*sections: Section) -> PdfReader:
    """A paper of these chapters, in German, whose words are the longest."""
    with translation.override("de"):
        said = Document(
            title="Bericht", subject="Danang", cover=[], summary=[], marks=[], sections=sections,
            footer="",
        )  # fmt: skip
        return paper(printed.render(said, clock.today()))


def test_neither_a_last_row_nor_a_last_line_stands_alone_on_a_page() -> None:
    columns = [Column("Teil", width=3), Column("Punkte", Kind.COUNT)]
    for rows_before in range(28, 44, 2):
        filled = Facts([(f"Angabe {number}", "so") for number in range(rows_before)])
        rows = [("Glied", 1)] * 8
        table = Table("Teile", columns, rows, sheet="Teile", total=("Ende", 8))
        limits = Words([f"Grenze {number}." for number in range(9)], is_list=True)
        made = _document(Section("Zuerst", [filled, table]), Section("Grenzen", [limits]))
        pages = [said_on(made, at) for at in range(len(made.pages))]
        for words in pages:
            assert ("Ende" in words) == ("Glied" in words), rows_before
            assert ("Grenze 0." in words) == ("Grenze 8." in words), rows_before
