"""Reading countries over the API."""

import pytest

from tests.factories.law import country, make_fact, make_index, make_rating
from tests.personas import Program

pytestmark = pytest.mark.django_db


def test_country_on_a_day_with_facts_rating_and_index(api_client: Program) -> None:
    make_rating("VN", 55)
    make_index({"VN": 49})
    found = api_client.browser.get("/api/v1/jurisdictions/VN?date=2026-03-01").json()
    facts = {fact["subject"]: fact for fact in found["facts"]}
    assert facts["trips"]["status"] == "in_force"
    assert facts["trips"]["since"] == "2007-01-11"
    assert facts["trips"]["as_of"] == "2018-12"
    assert facts["mlat"]["status"] == "unknown"
    assert found["rating"] == {"risk": 55, "since": "2026-01-01", "until": "2030-12-31"}
    assert found["index"]["value"] == "49.0000"
    code = next(one for one in found["protection"] if one["kind"] == "source_code")
    assert code["in_force"] == ["trips", "berne", "wct"]


def test_what_holds_depends_on_the_day(api_client: Program) -> None:
    make_fact("VN", "berne", "suspended")
    before = api_client.browser.get("/api/v1/jurisdictions/vn?date=2005-01-01").json()
    after = api_client.browser.get("/api/v1/jurisdictions/vn?date=2026-03-01").json()
    stands = [
        {fact["subject"]: (fact["status"], fact["coming"]) for fact in one["facts"]}
        for one in (before, after)
    ]
    assert stands[0]["trips"] == ("none", "2007-01-11")
    assert [one["berne"][0] for one in stands] == ["in_force", "suspended"]


def test_list_pages_by_code_and_holds_namibia(api_client: Program) -> None:
    country("NA")
    codes: list[str] = []
    address = "/api/v1/jurisdictions?limit=100"
    while address:
        response = api_client.browser.get(address)
        codes += [one["code"] for one in response.json()["items"]]
        address = response.headers.get("Link", "").partition("<")[2].partition(">")[0]
    assert len(codes) == len(set(codes)) == 251
    assert codes == sorted(codes)
    assert "NA" in codes


def test_unchanged_country_is_answered_with_304(api_client: Program) -> None:
    country("VN")
    first = api_client.browser.get("/api/v1/jurisdictions/VN?date=2026-03-01")
    again = api_client.browser.get(
        "/api/v1/jurisdictions/VN?date=2026-03-01", headers={"If-None-Match": first["ETag"]}
    )
    assert again.status_code == 304
    make_rating("VN", 55)
    changed = api_client.browser.get(
        "/api/v1/jurisdictions/VN?date=2026-03-01", headers={"If-None-Match": first["ETag"]}
    )
    assert changed.status_code == 200


@pytest.mark.parametrize("date", ["2026-02-30", "yesterday", "1500-01-01", "9999-01-01"])
def test_impossible_day_is_named(date: str, api_client: Program) -> None:
    answer = api_client.browser.get(f"/api/v1/jurisdictions/VN?date={date}")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == "/date"


def test_unknown_code_is_not_found(api_client: Program) -> None:
    assert api_client.browser.get("/api/v1/jurisdictions/XX").status_code == 404
