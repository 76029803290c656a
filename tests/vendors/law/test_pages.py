"""The pages about countries: reading them, what counsel enters, indices."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import BusinessUnit
from accounts.permissions import Role
from audit import clock
from audit.models import Event
from tests.factories.accounts import make_user
from tests.factories.law import country, make_fact, make_index, make_rating
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import CountryRating, IndexEdition, LawFact
from vendors.selectors import law

pytestmark = pytest.mark.django_db


@pytest.fixture
def counsel(db: None) -> Person:
    """Legal reviewer of all units."""
    return Person(make_user(Role.LEGAL, name="Lea Counsel"))


def text(response: Any) -> str:
    """What a page says, without tags, spaces made one."""
    body = response.content.decode()
    return " ".join(re.sub(r"<[^>]+>", " ", body).split())


# --- reading --------------------------------------------------------------------------------------
def test_list_takes_up_the_delivered_data_at_the_first_look(procurement: Person) -> None:
    assert not LawFact.objects.exists()
    page = procurement.browser.get("/law/")
    assert page.status_code == 200
    assert "Afghanistan" in text(page)
    assert "251 countries and territories" in text(page)


def test_list_finds_namibia_by_its_code_and_pages_through_all(procurement: Person) -> None:
    country("NA")
    found = procurement.browser.get("/law/?q=na").content.decode()
    assert "/law/NA/" in found
    seen: list[str] = []
    address = "/law/"
    while address:
        body = procurement.browser.get(address).content.decode()
        seen += re.findall(r'<th scope="row"><a href="/law/(\w\w)/"', body)
        following = re.search(r'href="(\?[^"]*after=\w\w[^"]*)"', body)
        address = f"/law/{following[1]}".replace("&amp;", "&") if following else ""
    assert len(seen) == len(set(seen)) == 251


@pytest.mark.parametrize(
    ("query", "codes"),
    [
        ("show=used", {"DE", "TH"}),
        ("show=rated", {"TH"}),
        ("show=ending", set()),
        ("show=ending&on=2030-11-01", {"TH"}),
        ("show=used&sort=-vendors", {"DE", "TH"}),
        ("q=thai", {"TH"}),
        ("q=atlantis", set()),
    ],
)
def test_list_can_be_filtered(
    query: str, codes: set[str], procurement: Person, unit: BusinessUnit
) -> None:
    make_engagement(make_vendor(unit, country="DE"), unit, made_in=["TH"])
    make_rating("TH", 40)
    body = procurement.browser.get(f"/law/?{query}").content.decode()
    assert set(re.findall(r'<th scope="row"><a href="/law/(\w\w)/"', body)) == codes


def test_list_takes_few_queries_however_many_countries(procurement: Person) -> None:
    country("NA")
    procurement.browser.get("/law/")
    with CaptureQueriesContext(connection) as queries:
        procurement.browser.get("/law/")
    assert len(queries) <= 16


def test_impossible_day_is_said_at_its_field(procurement: Person) -> None:
    country("VN")
    for address in ("/law/", "/law/VN/"):
        page = procurement.browser.get(f"{address}?on=2026-02-30")
        assert page.status_code == 200
        assert "Enter a day that there is" in text(page)
    assert "between 1883 and 2100" in text(procurement.browser.get("/law/VN/?on=1500-01-01"))


def test_page_of_a_country_names_source_date_and_confidence(procurement: Person) -> None:
    country("VN")
    said = text(procurement.browser.get("/law/VN/?on=2026-03-01"))
    assert "since 11 Jan 2007" in said
    assert "as of December 2018" in said
    assert "Unconfirmed" in said
    assert "Confirmed" in said
    assert "one government" in said
    assert "None of this is legal advice" in said
    assert "Insufficient data" in said


def test_small_letters_lead_to_the_page_and_an_unknown_code_to_none(procurement: Person) -> None:
    country("VN")
    assert procurement.browser.get("/law/vn/").headers["Location"] == "/law/VN/"
    assert procurement.browser.get("/law/XX/").status_code == 404
    by_id = procurement.browser.get(f"/law/id/{country('VN').pk}/")
    assert by_id.headers["Location"] == "/law/VN/"


def test_page_names_concerned_vendors_of_ones_own_units_only(
    procurement: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    make_vendor(unit, name="Chiang Mai Moulds", country="TH")
    make_vendor(other_unit, name="Not Ours Ltd", country="TH")
    said = text(procurement.browser.get("/law/TH/"))
    assert "Chiang Mai Moulds" in said
    assert "Not Ours Ltd" not in said


def test_comparison_says_what_protects_source_code_and_from_when(procurement: Person) -> None:
    country("VN")
    query = "kind=source_code&country_0=TW&country_1=VN&on=2026-03-01"
    said = text(procurement.browser.get(f"/law/compare/?{query}"))
    assert "1 of 3 treaties in force: TRIPS (since 1 Jan 2002)" in said
    assert "3 of 3 treaties in force: TRIPS (since 11 Jan 2007)" in said
    assert "All of them since" in said
    before = text(procurement.browser.get(f"/law/compare/?{query.replace('2026', '2005')}"))
    assert "Not in force" in before
    assert "from 11 Jan 2007 on" in before


def test_comparison_shows_routes_without_weight_and_no_treaty_for_personal_data(
    procurement: Person,
) -> None:
    country("CN")
    brands = text(procurement.browser.get("/law/compare/?kind=brands&country_0=CN"))
    assert "Routes and classifications, without weight" in brands
    assert "Not the Madrid Agreement on indications of source" in brands
    data = text(procurement.browser.get("/law/compare/?kind=personal_data&country_0=CN"))
    assert "No treaty on record protects it" in data


def test_comparison_refuses_what_it_does_not_know(procurement: Person) -> None:
    country("CN")
    page = procurement.browser.get("/law/compare/?kind=magic&country_0=XX&on=never")
    assert page.status_code == 200
    assert "There is a problem" in text(page) or "Select a valid choice" in text(page)


def test_csv_has_every_treaty_with_its_source(procurement: Person) -> None:
    country("NA")
    answer = procurement.browser.get("/law/countries.csv?q=namibia&on=2026-03-01")
    lines = b"".join(answer).decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 17
    assert any(line.startswith("Namibia,NA,TRIPS Agreement,In force,1995-01-01") for line in lines)


# --- counsel --------------------------------------------------------------------------------------
FACT = {
    "subject": "berne",
    "status": "suspended",
    "since": "2026-02-01",
    "until": "",
    "source": "Gazette 4/2026",
    "reason": "Decree 12 suspends protection.",
}


def test_fact_is_shown_before_it_is_recorded(counsel: Person, unit: BusinessUnit) -> None:
    make_vendor(unit, country="VN")
    looked = counsel.browser.post("/law/VN/record/", FACT)
    assert "Nothing is recorded yet" in text(looked)
    assert "now “In force”, then “Suspended”" in text(looked)
    assert "1 vendor has to do with this country" in text(looked)
    assert not law.facts_of_counsel().exists()
    done = counsel.browser.post("/law/VN/record/", {**FACT, "confirmed": "on"}, follow=True)
    assert "Decree 12 suspends protection." in text(done)
    assert law.facts_of_counsel().get().status == "suspended"
    assert Event.objects.filter(type="country.fact_overridden").count() == 1


def test_refused_fact_keeps_what_was_typed(counsel: Person) -> None:
    page = counsel.browser.post(
        "/law/VN/record/", {**FACT, "since": "2026-02-30", "status": "watch"}
    )
    assert "Enter a day that there is" in text(page)
    assert "Choose one of the states listed for this treaty" in text(page)
    assert "Decree 12 suspends protection." in text(page)
    assert 'value="2026-02-30"' in page.content.decode()
    assert page.content.decode().count("<title>Error:") == 1


def test_fact_is_taken_back_with_a_reason(counsel: Person) -> None:
    fact = make_fact("VN", "berne", "suspended")
    assert (
        counsel.browser.post(f"/law/facts/{fact.pk}/withdraw/", {"reason": ""}).status_code == 200
    )
    done = counsel.browser.post(
        f"/law/facts/{fact.pk}/withdraw/", {"reason": "Repealed."}, follow=True
    )
    assert "Repealed." in text(done)
    assert not law.facts_of_counsel().exists()
    assert counsel.browser.get(f"/law/facts/{fact.pk}/withdraw/").status_code == 404


def test_country_is_rated_after_a_second_look(counsel: Person) -> None:
    country("TH")
    today = clock.today()
    values = {
        "risk": "45",
        "since": today,
        "until": today + timedelta(days=300),
        "reason": "Cases.",
    }
    looked = counsel.browser.post("/law/TH/rate/", values)
    assert "Risk 45 of 100 from" in text(looked)
    assert not CountryRating.objects.exists()
    done = counsel.browser.post("/law/TH/rate/", {**values, "confirmed": "on"}, follow=True)
    assert "Risk 45 of 100" in text(done)
    assert "Cases." in text(done)
    rating = CountryRating.objects.get()
    counsel.browser.post(f"/law/ratings/{rating.pk}/withdraw/", {"reason": "Wrong country."})
    assert not law.standing_ratings().exists()


@pytest.mark.parametrize("risk", ["101", "-1", "ten", ""])
def test_rating_out_of_scale_is_refused_at_its_field(risk: str, counsel: Person) -> None:
    country("TH")
    today = clock.today()
    values = {"risk": risk, "since": today, "until": today, "reason": "Cases.", "confirmed": "on"}
    page = counsel.browser.post("/law/TH/rate/", values)
    assert page.status_code == 200
    assert "is-invalid" in page.content.decode()
    assert not CountryRating.objects.exists()


# --- indices --------------------------------------------------------------------------------------
def upload(content: bytes, **values: str) -> dict[str, object]:
    return {
        "name": "Rule of Law Index",
        "edition": "2025",
        "published_on": "2025-10-01",
        "best": "1",
        "worst": "0",
        "licence": "Own use",
        "source": "The publisher",
        "file": SimpleUploadedFile("index.csv", content),
        **values,
    }


def test_index_is_previewed_and_then_imported_as_a_whole(admin: Person) -> None:
    looked = admin.browser.post("/law/indices/add/", upload(b"Country,Value\nVN,0.49\nNA,0.61\n"))
    assert "2 countries have a figure" in text(looked)
    assert not IndexEdition.objects.exists()
    token = re.search(r'name="token" value="([^"]+)"', looked.content.decode())
    assert token is not None
    done = admin.browser.post("/law/indices/add/", {"token": token[1]}, follow=True)
    assert "imported for 2 countries" in text(done)
    assert "Namibia" in text(done)
    page = admin.browser.get("/law/NA/")
    assert "Rule of Law Index" in text(page)
    assert "Insufficient data" not in text(page)


def test_index_with_a_wrong_cell_is_not_imported_at_all(admin: Person) -> None:
    looked = admin.browser.post("/law/indices/add/", upload(b"Country,Value\nVN,0.49\nNA,61\n"))
    said = text(looked)
    assert "outside the scale from 0 to 1" in said
    assert "nothing can be imported" in said
    assert 'name="token"' not in looked.content.decode()


def test_forged_preview_is_refused(admin: Person) -> None:
    done = admin.browser.post("/law/indices/add/", {"token": "forged"}, follow=True)
    assert "out of date" in text(done)
    assert not IndexEdition.objects.exists()


def test_too_large_file_is_refused_without_reading_it(admin: Person) -> None:
    page = admin.browser.post("/law/indices/add/", upload(b"x" * 10_000_001))
    assert "larger than 10 MB" in text(page)


def test_index_is_taken_back(admin: Person, procurement: Person) -> None:
    edition = make_index({"VN": 49})
    assert "49" in text(procurement.browser.get(f"/law/indices/{edition.pk}/"))
    admin.browser.post(f"/law/indices/{edition.pk}/withdraw/", {"reason": "Licence ended."})
    assert "Taken back" in text(procurement.browser.get("/law/indices/"))
    assert "Insufficient data" in text(procurement.browser.get("/law/VN/"))
