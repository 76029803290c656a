"""The written records of the demo hang together with its vendors and engagements."""

from collections import Counter
from typing import Any

import pytest

from scoring.demo.cast import cast, read
from scoring.demo.records.told import records
from scoring.demo.tender import Tender
from vendors.clauses import checklist
from vendors.models import Clause
from vendors.offboarding import lines

VENDORS = {company.name: company for company in cast().companies}
DEALS = {deal.title: deal for company in cast().companies for deal in company.deals}
FOURTH_PARTIES = {passed.to for passed in records().places.subcontracts} - VENDORS.keys()

_ABOUT_DEALS: tuple[Any, ...] = (
    *records().agreed.contracts,
    *records().agreed.exposures,
    *records().agreed.personal_data,
    *records().agreed.ict_services,
    *records().entrusted.disclosures,
    *records().watched.monitoring,
    *records().watched.training,
)
OF_DEALS = [(told.deal, told.weeks, type(told).__name__) for told in _ABOUT_DEALS]
OF_DEALS += [
    (title, asset.weeks, "Asset") for asset in records().entrusted.assets for title in asset.deals
]


def test_titles_of_engagements_are_used_once_but_for_the_one_of_a_tender() -> None:
    titles = Counter(deal.title for company in cast().companies for deal in company.deals)
    tendered = Tender.model_validate(read("tender.yaml")).deal
    assert [title for title, count in titles.items() if count > 1] == [tendered]
    assert tendered not in {title for title, _weeks, _kind in OF_DEALS}


@pytest.mark.parametrize(("deal", "weeks", "kind"), OF_DEALS)
def test_what_is_recorded_of_an_engagement_is_recorded_after_it_began(
    deal: str, weeks: float, kind: str
) -> None:
    # Days are rounded to those on which people work: a week apart is after.
    assert DEALS[deal].weeks > weeks + 1, kind


def test_records_are_about_vendors_that_there_are() -> None:
    told = records()
    of_vendors: list[Any] = [
        *told.places.sites,
        *told.places.subcontracts,
        *told.places.mended,
        *told.agreed.policies,
        *told.incidents,
        *told.finances,
        *told.listed.owners,
        *told.listed.aliases,
        *told.listed.decisions,
    ]
    assert {one.vendor for one in of_vendors} <= VENDORS.keys() | FOURTH_PARTIES


def test_off_boardings_settle_lines_that_there_are_before_they_are_closed() -> None:
    for one in records().ended:
        assert {said.line for said in one.settled} <= lines().keys()
        assert all(one.weeks > said.weeks for said in one.settled), one.deal
        if one.closed is not None:
            assert all(said.weeks > one.closed for said in one.settled), one.deal


def test_a_vendor_is_archived_after_its_engagements_have_ended() -> None:
    closed = {one.deal: one.closed for one in records().ended if one.closed is not None}
    for company in cast().companies:
        if company.archived:
            assert all(closed[deal.title] > company.archived for deal in company.deals)


def test_fourth_parties_come_in_before_they_pass_work_on() -> None:
    known = set(VENDORS)
    for passed in records().places.subcontracts:
        assert passed.vendor in known
        known.add(passed.to)


@pytest.mark.parametrize("paper", records().agreed.contracts, ids=lambda paper: paper.deal)
def test_clauses_are_points_of_the_checklist_settled_as_they_can_be(paper: Any) -> None:
    points = checklist().by_key
    assert {*paper.clauses, *paper.extracts, *paper.reasons, *paper.left_open} <= points.keys()
    for key, status in paper.clauses.items():
        assert status != Clause.Status.LICENCE or points[key].licence
        assert status != Clause.Status.NOT_APPLICABLE or paper.reasons[key]


def test_countries_near_and_far_and_all_units_have_records() -> None:
    countries = {DEALS[deal].made_in or VENDORS[_vendor(deal)].country for deal, _, _ in OF_DEALS}
    assert {"CN", "VN", "IN", "DE", "CH", "TR", "US"} <= {one for one in countries if one}
    assert {DEALS[deal].unit for deal, _, _ in OF_DEALS} == {
        unit.code for unit in cast().organisation.units
    }


def test_a_filled_workbook_answers_questions_of_its_checklist() -> None:
    told = records().workbooks
    ids = {row[0] for row in told.checklist.rows}
    assert len(ids) == len(told.checklist.rows)
    assert told.filled.answers.keys() < ids
    assert {row[1] for row in told.checklist.rows} == told.checklist.dimensions.keys()
    assert DEALS[told.filled.deal].weeks > told.checklist.weeks > told.filled.weeks + 1


def _vendor(title: str) -> str:
    return next(
        company.name
        for company in cast().companies
        if any(deal.title == title for deal in company.deals)
    )
