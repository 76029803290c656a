"""The page of exports: what systems have taken, for who manages them."""

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from scoring.models import Export
from tests.api.exporting import ask, known, made
from tests.personas import Person, Program

pytestmark = pytest.mark.django_db


def test_whoever_manages_a_client_sees_its_exports_and_ends_them(
    unit_admin: Person, outsider_admin: Person, api_client: Program, unit: BusinessUnit
) -> None:
    address = reverse("scoring:exports")
    assert "No system has asked" in unit_admin.browser.get(address).content.decode()
    known(unit, "Aalto Oy")
    ready = made(api_client, format="csv", filters={"country": "FI"})
    waiting = ask(api_client, what="vendors").json()
    page = unit_admin.browser.get(address).content.decode()
    for said in ("Scores, CSV", "country: FI", "Ready", "Vendors, JSON", "Waiting"):
        assert said in page
    # The page brings itself up to date, and the focus stays on a link that has an id.
    assert page.count(f'id="end-{waiting["id"]}"') == 1
    elsewhere = outsider_admin.browser.get(address).content.decode()
    assert "No system has asked" in elsewhere
    for export, word in ((ready, "erase the file?"), (waiting, "stop it?")):
        end = reverse("scoring:export_end", args=[export["id"]])
        assert word in unit_admin.browser.get(end).content.decode()
        assert outsider_admin.browser.post(end).status_code == 404
        unit_admin.browser.post(end)
    states = dict(Export.objects.values_list("pk", "status"))
    assert sorted(states.values()) == ["cancelled", "erased"]
    assert "An administrator ended it." in unit_admin.browser.get(address).content.decode()
    assert api_client.browser.get(ready["content"]).status_code == 410
