"""Screening by programs."""

from typing import Any

import pytest

from accounts.models import BusinessUnit
from tests.factories.screening import decide, listed, row
from tests.factories.vendors import make_vendor
from tests.personas import Program
from vendors.models import Match

QUILLON = row("1", "Quillon Metallwerke GmbH", at="Germany", aliases="aka:QMW Group")


def ask(client: Program, **body: Any) -> Any:
    return client.browser.post("/api/v1/screenings", body, content_type="application/json")


def test_a_name_is_screened_and_nothing_is_written(api_client: Program) -> None:
    watch_list = listed(QUILLON)
    answer = ask(api_client, name="QUILLON METALWERKE", country="DE").json()
    (candidate,) = answer["candidates"]
    assert candidate["listed_name"] == "Quillon Metallwerke GmbH"
    assert 0.8 < candidate["likeness"] < 1
    assert candidate["entry"]["reference"] == "1"
    assert "A country is the same." in candidate["reasons"]
    (version,) = answer["lists"]
    assert (version["watch_list"], version["version"]) == (watch_list.key, 1)
    assert len(version["sha256"]) == 64
    assert Match.objects.count() == 0


def test_a_bare_legal_form_has_no_candidates(api_client: Program) -> None:
    listed(QUILLON)
    for name in ("Ltd", "GmbH & Co. KG", "Company Limited"):
        assert ask(api_client, name=name).json()["candidates"] == []


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/name"),
        ({"name": "Q", "country": "XX"}, "/country"),
        ({"name": "Q", "lei": "529900T8BM49AURSDO56"}, "/lei"),
        ({"name": "Q", "kind": "gnome"}, "/kind"),
    ],
)
def test_what_cannot_be_is_named(api_client: Program, body: dict[str, Any], pointer: str) -> None:
    answer = ask(api_client, **body)
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["pointer"] == pointer


def test_matches_of_a_vendor_come_with_their_decisions(
    api_client: Program, outsider_client: Program, unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit, name="Quillon Metallwerke")
    listed(QUILLON)
    address = f"/api/v1/vendors/{vendor.pk}/matches"
    (open_one,) = api_client.browser.get(address).json()["items"]
    assert (open_one["status"], open_one["decision"]) == ("open", None)
    decide(Match.objects.get(), "confirmed", "Same register number.")
    (decided,) = api_client.browser.get(f"{address}?status=confirmed").json()["items"]
    assert decided["decision"]["verdict"] == "confirmed"
    assert decided["decision"]["reason"] == "Same register number."
    assert api_client.browser.get(f"{address}?status=open").json()["items"] == []
    assert outsider_client.browser.get(address).status_code == 404
