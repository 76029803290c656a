"""The portfolio report: what the dashboard says, for the board."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import BusinessUnit
from accounts.scoping import NotAllowed
from audit import clock
from reports.content.portfolio.waiting import waiting_words
from reports.services import reports
from scoring.models import Band
from scoring.selectors.portfolio import Portfolio, bands
from scoring.selectors.portfolio.needs import COUNTED, Waiting
from scoring.services.standings import restand_many
from tests.factories.evidence import make_evidence
from tests.factories.findings import make_finding
from tests.factories.scoring import scored
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.reports.making import content, report_on, sheets_of, tables_in, text_of

pytestmark = pytest.mark.django_db


def test_paper_and_workbook_say_what_the_dashboard_says(unit: BusinessUnit, legal: Person) -> None:
    scored(unit, name="Danang Castings", worst=True)
    scored(unit, name="Hue Forgings")
    make_finding(unit, vendor=make_vendor(unit, name="Never assessed"), title="No register")
    report = report_on(None, legal, unit)
    said = text_of(content(report, legal))
    book = content(report, legal, "xlsx")
    sheets = sheets_of(book)

    tiles = bands(Portfolio(legal.principal, unit))
    head, *rows, total = sheets["Bands"]
    assert head == ["Band", "Vendors", "Final", "Provisional"]
    assert [[int(cell) for cell in row[1:]] for row in rows] == [
        [tile.vendors, tile.final, tile.provisional] for tile in tiles
    ]
    assert int(total[1]) == sum(tile.vendors for tile in tiles)
    for tile in tiles:
        if tile.band == Band.CRITICAL:
            assert f"Critical {tile.vendors} {tile.final} {tile.provisional}" in said
    for words in ("Danang Castings", "No register", "Over two years", "Method and its limits"):
        assert words in said, words
    assert tables_in(book) == len(sheets) - 1


def test_an_empty_portfolio_has_a_report(unit: BusinessUnit, legal: Person) -> None:
    assert "No vendor is rated" in text_of(content(report_on(None, legal, unit), legal))


def test_all_units_together_are_for_those_who_see_them_all(
    unit: BusinessUnit, legal: Person, admin: Person, outsider_legal: Person
) -> None:
    own, whole = report_on(None, legal, unit), report_on(None, admin)
    assert outsider_legal.browser.get(reverse("reports:report", args=[own.pk])).status_code == 404
    assert legal.browser.get(reverse("reports:report", args=[whole.pk])).status_code == 404
    assert admin.browser.get(reverse("reports:pdf", args=[whole.pk])).status_code == 200
    with pytest.raises(NotAllowed):
        reports.ask(vendor=None, unit=None, by=legal.principal)
    asked = legal.browser.post(reverse("reports:new_on_portfolio"), {"unit": str(unit.pk)})
    assert asked.status_code == 302


def test_the_country_with_the_most_vendors_is_named_also_where_more_are_not_known(
    unit: BusinessUnit, legal: Person
) -> None:
    vendors = [make_vendor(unit, country=country) for country in ("", "", "", "VN", "VN", "DE")]
    restand_many(vendor_ids=[one.pk for one in vendors])
    report = report_on(None, legal, unit)
    assert "The country with the most vendors is Vietnam: 2 of 6." in text_of(
        content(report, legal)
    )


def test_counts_that_stop_somewhere_say_so_in_the_words_of_the_language() -> None:
    said = waiting_words(Waiting(blocked=1, review=12, overdue=COUNTED))
    assert said == [
        "1,000+ assessments are overdue.",
        "12 assessments wait for a reviewer.",
        "A knock-out blocks 1 vendor.",
    ]
    with translation.override("de"):
        assert waiting_words(Waiting(0, 0, COUNTED))[0].startswith("1.000+ ")


def test_what_ends_first_names_nothing_strictly_confidential(
    unit: BusinessUnit, legal: Person
) -> None:
    vendor, day = make_vendor(unit), clock.today() + timedelta(days=20)
    make_evidence(vendor, unit, title="Penetration test", confidentiality="strict", expires_on=day)
    make_evidence(vendor, unit, title="Trade licence", expires_on=day)
    sheets = sheets_of(content(report_on(None, legal, unit), legal, "xlsx"))
    assert [row[2] for row in sheets["Ends first"][1:]] == ["Trade licence"]
    assert sum(int(row[3]) for row in sheets["What ends"][1:]) == 2
