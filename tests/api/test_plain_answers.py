"""Answers that are put together without serializers say what the serializers describe."""

import json
from typing import Any

import pytest
from rest_framework.renderers import JSONRenderer

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from scoring.api import plain
from scoring.api.decisions import DecisionOut, told
from scoring.api.shapes import RatedVendor, Rating, ScoreOut, VendorScore
from scoring.figures import brief, unpack
from scoring.models import CurrentScore, Score
from scoring.selectors.ratings import listed, present, rating_of
from scoring.selectors.scores import score_page
from scoring.selectors.vendor_decisions import of_vendor
from tests.factories.assessments import make_assessment, submitted
from tests.factories.decisions import make_decision
from tests.factories.scoring import score, scored
from tests.personas import Program
from vendors.models import Vendor
from vendors.services import vendors

pytestmark = pytest.mark.django_db


def as_json(data: Any) -> Any:
    return json.loads(JSONRenderer().render(data))


def test_a_listed_score_is_what_its_serializer_says(
    api_client: Program, unit: BusinessUnit
) -> None:
    score(submitted(unit), "assessment.submitted")
    [row] = score_page(api_client.principal).rows

    assert as_json(plain.score(row)) == as_json(ScoreOut(Score.objects.get()).data)


def test_the_head_of_figures_says_what_the_whole_says(unit: BusinessUnit) -> None:
    scored(unit)
    score(make_assessment(unit), "assessment.opened")

    for row in CurrentScore.objects.all():
        whole, head = unpack(row.packed_figures), brief(row.packed_figures)
        for name in head.__slots__:
            assert getattr(head, name) == getattr(whole, name), name


def test_a_listed_vendor_is_what_its_serializer_says(
    api_client: Program, unit: BusinessUnit
) -> None:
    vendor = scored(unit).vendor
    vendors.set_external_id(vendor=vendor, system="erp", value="0042", by=SYSTEM)
    rows, ids = listed([vendor.pk])
    standing = present(api_client.principal, [vendor.pk])[vendor.pk]

    again = Vendor.objects.get(pk=vendor.pk)
    said = plain.rated_vendor(rows[vendor.pk], ids[vendor.pk], standing)
    assert as_json(said) == as_json(
        RatedVendor(again, context={"standings": {again.pk: standing}}).data
    )


def test_the_score_of_a_vendor_is_what_its_serializer_says(
    api_client: Program, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    make_decision(assessment.engagement, "approved_with_conditions")
    vendor_id, principal = assessment.vendor_id, api_client.principal
    known = of_vendor(principal, vendor_id)
    for final in (True, False):
        found = rating_of(principal, vendor_id, final=final)
        rating = found.rating
        described = VendorScore(
            {
                "vendor_id": vendor_id,
                "status": rating.status if rating else "not_rated",
                "band": rating.band if rating else "not_rated",
                "score": rating.points if rating else None,
                "rating": rating,
                "current": found.current,
                "stale_since": found.stale_since,
                "partial_view": found.partial,
                "decision": told(known[0]),
                "decisions": map(told, known),
            }
        )
        assert as_json(plain.vendor_score(vendor_id, found, known)) == as_json(described.data)
    assert as_json(plain.decision(known[0])) == as_json(DecisionOut(told(known[0])).data)
    assert as_json(plain.rating(found.current)) == as_json(Rating(found.current).data)
