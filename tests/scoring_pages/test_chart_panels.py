"""Whatever is drawn can be read: as a sentence, as a table and as a file."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment
from assessments.services import assessments
from audit import clock
from scoring.models import Score
from tests.factories.contracts import make_contract, make_exposure
from tests.factories.findings import make_finding
from tests.factories.scoring import score, scored
from tests.factories.statements import make_statement
from tests.personas import Person
from tests.scoring_pages.reading import file_of, get, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def assessment(unit: BusinessUnit) -> Assessment:
    """Submitted and on record, of a vendor with statements, an estimate of what a loss costs, a
    contract that ends and an open finding."""
    made = assessments.submit(assessment=scored(unit, worst=True), by=SYSTEM)
    score(made, "assessment.submitted")
    make_statement(made.vendor)
    make_contract(made.engagement, ends_on=(clock.today() + timedelta(60)).isoformat())
    make_finding(unit, vendor=made.vendor)
    make_exposure(made.engagement, per_year_low="0.1", per_year_likely="0.2", per_year_high="0.5")
    return made


def panels(page: str) -> dict[str, tuple[str, str, int]]:
    """Id of each chart -> its sentence, the address of its file, the rows of its table."""
    found = {}
    for panel in page.split('<figure class="panel chart-panel"')[1:]:
        own = panel.partition("</figure>")[0]
        name = re.search(r'data-chart="\w+"', own) and re.search(r'id="([\w-]+)-title"', own)
        assert name, "a chart with nothing in it"
        said = re.search(r"<figcaption[^>]*>(.*?)</figcaption>", own, re.DOTALL)
        file = re.search(r'href="([^"]+)"', own.partition("<figcaption")[0])
        rows = own.partition("<tbody>")[2].count("<tr>")
        found[name[1]] = (
            text_of(said[1]).strip() if said else "",
            file[1].replace("&amp;", "&") if file else "",
            rows,
        )
    return found


def test_every_chart_of_the_main_pages_is_a_sentence_a_table_and_a_file_too(
    assessment: Assessment, unit: BusinessUnit, legal: Person
) -> None:
    row = Score.objects.get(assessment=assessment)
    draft = scored(unit, assessment.questionnaire, name="Mira Drafts")
    sensitivity = reverse("scoring:sensitivity", args=[row.pk])
    legal.browser.post(sensitivity)
    drafted = legal.browser.post(reverse("scoring:draft_sensitivity", args=[draft.pk])).text
    for name, args, charts in (
        ("vendor", [assessment.vendor_id], {"waterfall", "dimensions", "history"}),
        ("scorecard", [assessment.pk], {"waterfall", "dimensions"}),
        ("score", [row.pk], {"waterfall", "dimensions"}),
        ("sensitivity", [row.pk], {"weightings", "tornado"}),
        ("what_if", [assessment.pk], {"before", "after"}),
        ("finances", [assessment.vendor_id], {"figures", "scores"}),
        ("liability", [assessment.engagement_id], {"exceedance"}),
        ("dashboard", [], {"bands"}),
        ("movement", [], {"trend"}),
        ("horizon", [], {"horizon", "findings"}),
        ("", [], {"weightings", "tornado"}),
    ):
        page = get(legal.browser, reverse(f"scoring:{name}", args=args)) if name else drafted
        found = panels(page)
        assert found.keys() >= charts, (name, found.keys())
        for chart, (said, file, rows) in found.items():
            assert said, (name, chart)
            assert rows, (name, chart)
            assert file, (name, chart)
            assert len(file_of(legal.browser, file)) > 1, (name, chart)


def test_the_bars_of_a_score_lead_to_their_parts_from_the_table_too(
    assessment: Assessment, legal: Person
) -> None:
    page = get(legal.browser, reverse("scoring:scorecard", args=[assessment.pk]))
    table = page.partition('id="waterfall-data"')[2].partition("</table>")[0]
    led_to = re.findall(r'<th scope="row"><a href="#(part-[\w-]+)">', table)
    assert led_to
    assert [one for one in led_to if f'id="{one}"' not in page] == []


def test_the_files_of_a_score_say_what_its_charts_say(
    assessment: Assessment, legal: Person
) -> None:
    row = Score.objects.get(assessment=assessment)
    total = f"{row.points // 1000}.{row.points % 1000:03d}" if row.points is not None else ""
    kept = file_of(legal.browser, reverse("scoring:record_csv", args=[row.pk]))
    today = file_of(legal.browser, reverse("scoring:score_csv", args=[assessment.pk]))
    assert kept[-1][5] == today[-1][5] == total
    dimensions = file_of(legal.browser, reverse("scoring:record_dimensions_csv", args=[row.pk]))
    assert len(dimensions) == len(row.dimensions) + 1
    tried = file_of(
        legal.browser,
        reverse("scoring:what_if_csv", args=[assessment.pk]),
        **{"weight.ip_law_compliance": "0.5"},
    )
    by_part = {name: (was, now) for name, was, now in tried[1:]}
    assert by_part["Score"][0] == total
    for side in (0, 1):
        parts = [
            float(said[side]) for name, said in by_part.items() if name not in {"Score", "Band"}
        ]
        assert sum(parts) == pytest.approx(float(by_part["Score"][side]))


def test_a_file_of_changes_that_cannot_be_tried_leads_to_the_page_that_says_why(
    assessment: Assessment, legal: Person
) -> None:
    url = reverse("scoring:what_if_csv", args=[assessment.pk])
    answer = legal.browser.get(url, {"weight.ip_law_compliance": "many"})
    assert answer.status_code == 302
    assert legal.browser.get(answer["Location"]).status_code == 400
