"""What becomes of scores and standings when two records of a vendor are merged, and parted."""

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from assessments.models import Assessment, Questionnaire
from assessments.services import assessments
from scoring.models import CurrentScore, Score, Standing
from scoring.selectors.scores import score_page
from scoring.selectors.standings import Filters, standings
from scoring.services import rehoming
from scoring.services.replay import proof, stored
from scoring.services.replay.models import Models
from tests.factories.assessments import small_questionnaire
from tests.factories.scoring import (
    band_sums,
    catch_up,
    recount,
    rolled_up,
    score,
    scored,
)
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import Vendor
from vendors.services.merging.merge import merge
from vendors.services.merging.undo import undo


@pytest.fixture
def questionnaire(db: None) -> Questionnaire:
    return small_questionnaire()


@pytest.fixture
def pair(unit: BusinessUnit, questionnaire: Questionnaire) -> tuple[Assessment, Assessment]:
    """Two records, each with a score on record; the second is the worse."""
    good = scored(unit, questionnaire, name="Good record")
    bad = scored(unit, questionnaire, name="Bad record", worst=True)
    for one in (good, bad):
        assessments.submit(assessment=one, by=SYSTEM)
        score(one, "assessment.submitted")
    catch_up()
    return good, bad


def present(vendor: Vendor) -> list[int | None]:
    rows = Standing.objects.filter(vendor=vendor, valid_to=None, unit=None)
    return [row.points for row in rows]


@pytest.mark.parametrize("by_task", [True, False], ids=["by its task", "after a lost queue"])
def test_the_surviving_record_stands_as_badly_as_the_worse_of_both(
    pair: tuple[Assessment, Assessment], admin: Person, by_task: bool
) -> None:
    good, bad = pair
    worse = present(bad.vendor)
    made = merge(kept=good.vendor, gone=bad.vendor, by=SYSTEM)
    if by_task:
        rehoming.rehome(vendor_ids=[good.vendor_id, bad.vendor_id], cause="vendor.merged")
    else:
        catch_up()
    assert present(good.vendor) == worse
    assert present(bad.vendor) == []
    assert {one.vendor_id for one in CurrentScore.objects.all()} == {good.vendor_id}
    found = standings(admin.principal, None, Filters())
    assert [row.vendor_id for row in found.rows] == [good.vendor_id]
    assert rolled_up() == recount()
    undo(made=made, by=SYSTEM)
    catch_up()
    assert present(bad.vendor) == worse
    assert {one.vendor_id for one in CurrentScore.objects.all()} == {
        good.vendor_id,
        bad.vendor_id,
    }
    assert rolled_up() == recount()
    assert sum(band_sums().values()) == 4  # two records, in the unit and over all


def test_scores_on_record_stay_as_they_are_and_are_found_by_either_record(
    pair: tuple[Assessment, Assessment], admin: Person
) -> None:
    good, bad = pair
    before = set(Score.objects.values_list("pk", "vendor", "digest"))
    merge(kept=good.vendor, gone=bad.vendor, by=SYSTEM)
    catch_up()
    assert before <= {
        (pk, v, d) for pk, v, d in Score.objects.values_list("pk", "vendor", "digest")
    }
    page = score_page(admin.principal, vendor_id=good.vendor_id)
    assert {one["assessment_id"] for one in page.rows} == {good.pk, bad.pk}


def test_a_replay_knows_that_records_were_merged(pair: tuple[Assessment, Assessment]) -> None:
    good, bad = pair
    made = merge(kept=good.vendor, gone=bad.vendor, by=SYSTEM)
    catch_up()

    def findings() -> list[object]:
        return [one for rows in stored.history() for one in proof.prove(rows, Models())]

    assert findings() == []
    undo(made=made, by=SYSTEM)
    catch_up()
    assert findings() == []


def test_a_company_that_no_unit_works_with_is_in_no_list(unit: BusinessUnit, admin: Person) -> None:
    vendor = make_vendor(unit)
    make_subcontract(vendor, make_company(vendor, "Fourth party"))
    catch_up()
    found = standings(admin.principal, None, Filters())
    assert [row.vendor_id for row in found.rows] == [vendor.pk]
