"""The financial indicator: published results, rules for odd figures, and what holds for all."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from assessments.sheet import EvidenceLevel
from scoring.indicators import insolvency, ratios
from scoring.indicators.figures import Figures
from scoring.indicators.financial import (
    FLOOR,
    Facts,
    Year,
    assess,
    latest,
    months_later,
)
from scoring.indicators.insolvency import Z_MODELS, ohlson, z_score, z_value, zmijewski, zone_risk
from tests.pure.companies import FULL, TODAY, WHOLE, value_of, year


# --- published results --------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("model", "inputs", "expected", "places"),
    [
        ("z", (0.34, 0.15, 0, 0.80, 1.6), 2.698, 1e-9),
        ("z", (0.20, 0.30, 0.23, 0.50, 0.8), 2.519, 1e-9),
        ("z", (0.2, 0, 0.2, 0.1, 2.0), 2.96, 1e-9),
        ("z_private", (-0.061, -0.626, -0.318, 0.494, 1.503), 0.15, 0.005),
        ("z_private", (0.414, 0.353, 0.154, 2.684, 1.939), 4.14, 0.005),
    ],
)
def test_z_of_five_ratios_is_as_published(
    model: str, inputs: tuple[float, ...], expected: float, places: float
) -> None:
    given = dict(zip(("x1", "x2", "x3", "x4", "x5"), inputs, strict=True))
    assert z_value(Z_MODELS[model], given) == pytest.approx(expected, abs=places)


def test_z_with_the_weight_of_the_paper_is_as_published() -> None:
    figures = Figures(
        total_assets=3.5,
        current_assets=4.2,
        current_liabilities=0,
        retained_earnings=0.8,
        ebit=6.5,
        market_value=7,
        total_liabilities=5,
        sales=8.3,
    )
    assert z_score(insolvency.Z_ORIGINAL, figures).value == pytest.approx(11.097, abs=0.001)


def test_z_of_other_than_manufacturers_is_2_442_and_not_the_3_363_in_circulation() -> None:
    figures = Figures(
        total_assets=78000,
        current_assets=3900,
        current_liabilities=0,
        retained_earnings=26000,
        ebit=8600,
        equity=15000,
        total_liabilities=55000,
    )
    assert z_score(insolvency.Z_GENERAL, figures).value == pytest.approx(2.442, abs=0.0005)


@pytest.mark.parametrize(
    ("model", "expected", "places"),
    [("z", 2.387, 1e-9), ("z_private", 1.99183, 5e-6), ("z_general", 2.7778, 1e-9)],
)
def test_every_z_of_one_company_is_as_worked_out_by_hand(
    model: str, expected: float, places: float
) -> None:
    assert z_score(Z_MODELS[model], WHOLE).value == pytest.approx(expected, abs=places)


def test_the_form_for_emerging_markets_adds_a_constant_and_moves_the_cuts_with_it() -> None:
    general, emerging = insolvency.Z_GENERAL, insolvency.Z_EMERGING
    assert z_score(emerging, WHOLE).value == pytest.approx(2.7778 + 3.25)
    assert emerging.distress - general.distress == pytest.approx(3.25)
    assert emerging.safe - general.safe == pytest.approx(3.25)


def test_zmijewski_is_as_worked_out_by_hand_with_a_plus_before_the_last_term() -> None:
    found = zmijewski(WHOLE)
    assert found.value == pytest.approx(-1.125285, abs=5e-7)
    assert found.probability == pytest.approx(0.130234, abs=5e-7)
    assert found.zone == "safe"


def test_ohlson_is_as_worked_out_by_hand() -> None:
    found = ohlson(WHOLE, prior_net_income=40, dollars=1000, price_index=100)
    assert found.value == pytest.approx(0.812363, abs=5e-7)
    assert found.probability == pytest.approx(0.692613, abs=5e-7)
    assert found.zone == "distress"


# --- zones --------------------------------------------------------------------------------------
@pytest.mark.parametrize("model", Z_MODELS.values(), ids=lambda model: model.key)
def test_a_zone_becomes_risk_along_a_straight_line(model: insolvency.ZModel) -> None:
    assert zone_risk(model, model.safe) == pytest.approx(0.2)
    assert zone_risk(model, model.distress) == pytest.approx(0.8)
    assert zone_risk(model, (model.safe + model.distress) / 2) == pytest.approx(0.5)
    assert zone_risk(model, 100) == 0
    assert zone_risk(model, -100) == 1


def test_the_cuts_themselves_are_in_the_grey_zone() -> None:
    assert insolvency.zone(insolvency.Z, 1.81) == "grey"
    assert insolvency.zone(insolvency.Z, 2.99) == "grey"
    assert insolvency.zone(insolvency.Z, 1.80) == "distress"
    assert insolvency.zone(insolvency.Z, 3.00) == "safe"


# --- which model counts -------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("listing", "sector", "emerging", "model"),
    [
        ("listed", "manufacturer", False, "z"),
        ("unlisted", "manufacturer", False, "z_private"),
        ("", "manufacturer", None, "z_private"),
        ("listed", "non_manufacturer", False, "z_general"),
        ("", "", None, "z_general"),
        ("listed", "manufacturer", True, "z_emerging"),
        ("", "", True, "z_emerging"),
        ("listed", "bank", True, None),
    ],
)
def test_listing_sector_and_country_propose_the_model(
    listing: str, sector: str, emerging: bool | None, model: str | None
) -> None:
    found = insolvency.proposed(listing=listing, sector=sector, emerging=emerging)
    assert found.model == model


def test_a_person_may_choose_another_model_but_none_for_a_bank() -> None:
    facts = Facts(years=[], listing="listed", sector="manufacturer", chosen="z_private")
    assert facts.choice() == insolvency.Choice("z_private", "chosen")
    assert replace(facts, sector="bank").choice().model is None


def test_a_bank_gets_no_point_value_and_is_told_why() -> None:
    found = value_of(sector="bank")
    assert not found.enough
    assert (found.lo, found.hi) == (0, 10_000)
    assert found.said[0].code == "bank"


# --- odd figures --------------------------------------------------------------------------------
def ratio(key: str, **lines: float) -> ratios.Ratio:
    return next(one for one in ratios.panel(Figures(**lines)) if one.key == key)


@pytest.mark.parametrize(
    ("key", "lines", "risk"),
    [
        ("current", {"current_assets": 200, "current_liabilities": 100}, 0.0),
        ("current", {"current_assets": 80, "current_liabilities": 100}, 1.0),
        ("current", {"current_assets": 140, "current_liabilities": 100}, 0.5),
        ("current", {"current_assets": 0, "current_liabilities": 0}, 0.0),
        ("quick", {"current_assets": 150, "inventories": 30, "current_liabilities": 100}, 0.0),
        ("quick", {"current_assets": 80, "inventories": 30, "current_liabilities": 100}, 1.0),
        ("interest_cover", {"ebit": 60, "interest_expense": 10}, 0.0),
        ("interest_cover", {"ebit": 10, "interest_expense": 10}, 1.0),
        ("interest_cover", {"ebit": 35, "interest_expense": 10}, 0.5),
        ("interest_cover", {"ebit": 0, "interest_expense": 0}, 0.0),
        ("interest_cover", {"ebit": -1, "interest_expense": 0}, 1.0),
        ("debt_to_ebitda", {"debt": 200, "ebitda": 100}, 0.0),
        ("debt_to_ebitda", {"debt": 600, "ebitda": 100}, 1.0),
        ("debt_to_ebitda", {"debt": 400, "ebitda": 100}, 0.5),
        ("debt_to_ebitda", {"debt": 0, "ebitda": -100}, 0.0),
        ("debt_to_ebitda", {"debt": 1, "ebitda": 0}, 1.0),
        ("debt_to_ebitda", {"debt": 1, "ebitda": -5}, 1.0),
        ("liabilities_to_assets", {"total_liabilities": 40, "total_assets": 100}, 0.0),
        ("liabilities_to_assets", {"total_liabilities": 90, "total_assets": 100}, 1.0),
        ("liabilities_to_assets", {"total_liabilities": 120, "total_assets": 100}, 1.0),
    ],
)
def test_a_ratio_becomes_risk_between_its_bounds_and_by_rule_outside(
    key: str, lines: dict[str, float], risk: float
) -> None:
    assert ratio(key, **lines).risk == pytest.approx(risk)


def test_a_ratio_that_lacks_a_line_drops_out_and_names_it() -> None:
    found = ratio("quick", current_assets=100, current_liabilities=50)
    assert found.risk is None
    assert found.missing == ("inventories",)


def test_lines_that_follow_from_others_are_filled_in() -> None:
    found = Figures(total_assets=100, equity=30, ebit=5, depreciation=2).completed()
    assert (found.total_liabilities, found.ebitda) == (70, 7)
    assert Figures(total_assets=100, total_liabilities=30).completed().equity == 70


def test_a_company_that_owes_nothing_is_in_the_safe_zone() -> None:
    owes_nothing = replace(FULL, total_liabilities=0, equity=1000, current_liabilities=0, debt=0)
    found = z_score(insolvency.Z_PRIVATE, owes_nothing)
    assert found.value == float("inf")
    assert found.zone == "safe"


@pytest.mark.parametrize(
    ("figures", "why"),
    [
        (replace(WHOLE, total_liabilities=0), "no_liabilities"),
        (replace(WHOLE, current_assets=0), "no_current_assets"),
        (replace(WHOLE, total_assets=0), "no_assets"),
        (replace(WHOLE, net_income=None), "missing"),
    ],
)
def test_ohlson_says_why_it_cannot_be_worked_out(figures: Figures, why: str) -> None:
    found = ohlson(figures, prior_net_income=1, dollars=1000, price_index=100)
    assert (found.value, found.why_not) == (None, why)


def test_zmijewski_needs_current_liabilities() -> None:
    assert zmijewski(replace(WHOLE, current_liabilities=0)).why_not == "no_current_liabilities"


def test_two_years_of_losses_weigh_and_no_income_at_all_is_no_change() -> None:
    loss = replace(WHOLE, net_income=-10)
    once = ohlson(loss, prior_net_income=10, dollars=1000, price_index=100)
    twice = ohlson(loss, prior_net_income=-10, dollars=1000, price_index=100)
    assert once.inputs["two_years_of_losses"] == 0
    assert twice.inputs["two_years_of_losses"] == 1
    flat = ohlson(replace(WHOLE, net_income=0), prior_net_income=0, dollars=1000, price_index=100)
    assert flat.inputs["change_of_income"] == 0


@pytest.mark.parametrize(
    "facts",
    [
        {"figures": replace(FULL, total_liabilities=1001, equity=-1)},
        {"figures": FULL, "going_concern_doubt": True},
    ],
)
def test_negative_equity_and_doubt_about_going_concern_lift_to_the_floor(
    facts: dict[str, Any],
) -> None:
    found = assess(Facts(years=[year(**facts)], sector="manufacturer"), TODAY)
    assert found is not None
    assert found.lo >= FLOOR * 10_000
    assert found.said[0].code.startswith("floor_")


# --- years, proof, age --------------------------------------------------------------------------
def test_declined_is_an_answer_of_its_own_also_after_years_that_were_told() -> None:
    told = year(fiscal_year=2024, period_end=date(2024, 12, 31))
    refused = Year(fiscal_year=2025, declined=True)
    found = assess(Facts(years=[told, refused]), TODAY)
    assert found is not None
    assert found.declined
    assert found.said[0].values == {"year": 2025}


def test_a_statement_after_a_refusal_counts() -> None:
    facts = Facts(years=[Year(fiscal_year=2024, declined=True), year()])
    found = assess(facts, TODAY)
    assert found is not None
    assert not found.declined


def test_nothing_on_record_is_no_value() -> None:
    assert assess(Facts(years=[]), TODAY) is None


def test_a_year_counts_once_its_period_has_ended() -> None:
    years = [year(fiscal_year=2026, period_end=date(2026, 12, 31)), year()]
    found = latest(years, TODAY)
    assert found is not None
    assert found.fiscal_year == 2025
    value = assess(Facts(years=years), TODAY)
    assert value is not None
    assert value.next_change == date(2026, 12, 31)


@pytest.mark.parametrize(
    ("source", "level"),
    [
        ("audited", EvidenceLevel.INDEPENDENT),
        ("reviewed", EvidenceLevel.REVIEWER_VERIFIED),
        ("unaudited", EvidenceLevel.DOCUMENT),
        ("estimate", EvidenceLevel.SELF_DECLARED),
    ],
)
def test_an_auditor_makes_the_evidence_stronger(source: str, level: EvidenceLevel) -> None:
    found = assess(Facts(years=[year(source=source)]), TODAY)
    assert found is not None
    assert found.evidence is level


def test_a_statement_holds_for_a_year_and_a_half_after_its_period() -> None:
    assert value_of().holds_until == date(2027, 6, 30)
    assert months_later(date(2024, 8, 31), 18) == date(2026, 2, 28)
    assert months_later(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_later(date(2025, 3, 15), 1) == date(2025, 4, 15)
