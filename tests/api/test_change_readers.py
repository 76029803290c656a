"""Who hears of which change in the feed: by unit, by scope, and by the vendors they see."""

import pytest
from django.db import transaction

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.ids import uuid7
from audit.models import Event
from audit.record import record
from scoring.changes import OF_SCORES, OF_VENDORS
from tests.api.following import asked, followed
from tests.audit.sample import seal_now
from tests.factories.accounts import make_api_client, make_key
from tests.factories.decisions import make_decision
from tests.factories.scoring import scored
from tests.factories.vendors import make_vendor
from tests.personas import Person, Program
from vendors.events import VendorsImported
from vendors.models import VendorUnit
from vendors.services import vendors

pytestmark = pytest.mark.django_db(transaction=True)


def test_another_unit_hears_nothing_of_it(unit: BusinessUnit, outsider_client: Program) -> None:
    vendor = scored(unit).vendor
    vendors.change(vendor=vendor, version=vendor.version, values={"city": "Brno"}, by=SYSTEM)
    seal_now()
    told = followed(outsider_client)
    assert not [item for item in told if item["vendor_id"] == str(vendor.pk)]
    assert not [item for item in told if item["business_unit_id"] == str(unit.pk)]


def test_what_one_unit_changes_of_a_vendor_is_told_to_all_that_work_with_it(
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    procurement: Person,
    outsider_client: Program,
) -> None:
    vendor, theirs = make_vendor(unit), make_vendor(unit, name="Theirs")
    seal_now()
    token = asked(outsider_client, after="now")["next"]
    VendorUnit.objects.create(vendor=vendor, unit=other_unit)
    by = procurement.principal
    for one in (vendor, theirs):
        vendors.change(vendor=one, version=one.version, values={"city": "Brno"}, by=by)
    with transaction.atomic():
        record(
            VendorsImported(
                aggregate_id=uuid7(),
                unit_id=unit.pk,
                file_name="list.csv",
                vendor_ids=[vendor.pk, theirs.pk],
                created=0,
                changed=2,
                linked=0,
                changes={},
            ),
            by=by,
        )
    assert Event.objects.latest("position").unit_id == unit.pk
    seal_now()
    told = followed(outsider_client, token)
    assert not [one for one in told if one["vendor_id"] == str(theirs.pk)]
    types = {"vendor.updated", "vendors.imported"}
    changed, imported = [one for one in told if one["type"] in types]
    assert (changed["type"], changed["vendor_id"]) == ("vendor.updated", str(vendor.pk))
    assert imported["details"] == {"vendor_ids": [str(vendor.pk)]}
    assert {changed["business_unit_id"], imported["business_unit_id"]} == {None}


def test_scores_and_vendors_are_told_to_the_scopes_that_may_read_them(
    unit: BusinessUnit, vendors_only: Program
) -> None:
    scored(unit)
    seal_now()
    client = make_api_client(unit, scopes=["scores:read"], name="Scores only")
    scores_only = Program(client, make_key(client))
    assert {one["type"] for one in followed(vendors_only)} <= set(OF_VENDORS)
    assert {one["type"] for one in followed(scores_only)} <= set(OF_SCORES)
    assert "score.changed" in {one["type"] for one in followed(scores_only)}


def test_a_client_without_either_scope_is_refused(unit: BusinessUnit) -> None:
    client = make_api_client(unit, scopes=["assessments:write"], name="Writer")
    assert Program(client, make_key(client)).browser.get("/api/v1/changes").status_code == 403


def test_a_decision_is_told_without_its_reason(unit: BusinessUnit, api_client: Program) -> None:
    make_decision(scored(unit).engagement, reason="Their counsel Ms Quillfeather agreed.")
    seal_now()
    text = str(followed(api_client))
    assert "decision.made" in text
    assert "Quillfeather" not in text
