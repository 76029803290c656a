"""Filing, putting right and withdrawing statements."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit import clock
from audit.errors import Invalid, OutOfDate
from audit.models import Event
from tests.factories.statements import SOUND, make_refusal, make_statement
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors import statement_data
from vendors.models import Statement
from vendors.services import financial_profiles, statements
from vendors.services.statements import Withdrawn, YearTaken


def refused(**values: Any) -> dict[str, list[str]]:
    """The messages per field for the statement of a sound company with these values instead."""
    with pytest.raises(Invalid) as caught:
        statement_data.clean({**SOUND, **values}, today=date(2026, 6, 1))
    errors: dict[str, list[str]] = caught.value.extra["errors"]
    return errors


def test_a_statement_is_filed_with_an_event_that_keeps_figures_beside_the_record(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    made = make_statement(vendor, by=procurement.principal)
    assert made.total_assets == Decimal(1000)
    event = Event.objects.get(type="statement.filed")
    assert event.unit_id == unit.pk
    assert event.data["facts_of"] == str(vendor.pk)
    assert "values" not in event.data
    assert event.detail.data["values"]["total_assets"] == "1000.0000"


def test_a_line_that_is_not_given_is_unknown_and_never_zero(unit: BusinessUnit) -> None:
    made = make_statement(make_vendor(unit), inventories="", cash=None)
    assert (made.inventories, made.cash) == (None, None)


def test_one_fiscal_year_has_one_statement(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    first = make_statement(vendor)
    with pytest.raises(YearTaken) as caught:
        make_refusal(vendor)
    assert caught.value.extra["statement_id"] == str(first.pk)


@pytest.mark.parametrize(
    ("values", "field", "words"),
    [
        ({"total_assets": "-1"}, "total_assets", "cannot be negative"),
        ({"total_assets": "0"}, "total_assets", "cannot be zero"),
        ({"total_assets": "1100"}, "total_assets", "the difference is 100"),
        ({"sales": "-5"}, "sales", "cannot be negative"),
        ({"sales": "a lot"}, "sales", "Enter an amount"),
        ({"sales": "NaN"}, "sales", "too large"),
        ({"sales": "1e30"}, "sales", "too large"),
        ({"sales": "1e900000000"}, "sales", "too large"),
        ({"sales": "1.00001"}, "sales", "four decimal"),
        ({"current_assets": "1200"}, "current_assets", "cannot be more than Total assets"),
        ({"inventories": "500"}, "inventories", "cannot be more than Current assets"),
        ({"debt": "700"}, "debt", "cannot be more than Total liabilities"),
        ({"ebitda": "200"}, "ebitda", "is not EBIT of 90 plus depreciation of 40"),
        ({"period_end": "2025-02-30"}, "period_end", "no day of the calendar"),
        ({"period_end": date(2026, 12, 31)}, "period_end", "not ended yet"),
        ({"period_end": date(2023, 12, 31)}, "period_end", "does not end on"),
        ({"period_end": None}, "period_end", "last day"),
        ({"fiscal_year": 1899}, "fiscal_year", "Enter a year"),
        ({"fiscal_year": "next"}, "fiscal_year", "Enter a year"),
        ({"months": 0}, "months", "1 to 24"),
        ({"currency": "XXX"}, "currency", "not known"),
        ({"currency": ""}, "currency", "Choose the currency"),
        ({"scale": 10}, "scale", "Choose one of the units"),
        ({"source": "hearsay"}, "source", "Choose the source"),
        ({"source": ""}, "source", "where the figures come from"),
        ({"colour": "red"}, "colour", "no such field"),
        ({"declined": True}, "declined", "clear the one or other"),
    ],
)
def test_what_cannot_be_is_refused_at_its_field(
    values: dict[str, Any], field: str, words: str
) -> None:
    assert words in refused(**values)[field][0]


def test_losses_and_negative_equity_are_taken(unit: BusinessUnit) -> None:
    made = make_statement(
        make_vendor(unit),
        total_liabilities="1050",
        equity="-50",
        retained_earnings="-300",
        ebit="-90",
        ebitda="-50",
        net_income="-120",
        funds_from_operations="-10",
    )
    assert made.equity == Decimal(-50)


def test_rounding_in_the_document_is_no_contradiction() -> None:
    statement_data.clean({**SOUND, "total_assets": "1001"}, today=date(2026, 6, 1))
    small = {"total_assets": "1.04", "total_liabilities": "0.6", "equity": "0.45", "debt": "0.3"}
    assert not list(
        statement_data.contradictions({name: Decimal(value) for name, value in small.items()})
    )
    wrong = {name: Decimal(v) for name, v in {**small, "equity": "0.5"}.items()}
    assert list(statement_data.contradictions(wrong))


def test_a_statement_without_any_figure_is_refused() -> None:
    bare = {
        name: value
        for name, value in SOUND.items()
        if name in {"fiscal_year", "period_end", "currency", "source"}
    }
    with pytest.raises(Invalid) as caught:
        statement_data.clean(bare, today=date(2026, 6, 1))
    assert "at least one figure" in caught.value.extra["errors"]["total_assets"][0]


def test_a_change_names_its_fields_and_keeps_both_values(
    unit: BusinessUnit, procurement: Person
) -> None:
    made = make_statement(make_vendor(unit))
    after = statements.change(
        statement=made, version=1, values={"sales": "1300"}, by=procurement.principal
    )
    assert (after.sales, after.version) == (Decimal(1300), 2)
    event = Event.objects.get(type="statement.changed")
    assert event.data["fields"] == ["sales"]
    assert event.detail.data["before"] == {"sales": "1200.0000"}
    assert event.detail.data["after"] == {"sales": "1300.0000"}


def test_a_change_is_checked_against_the_other_lines(unit: BusinessUnit) -> None:
    made = make_statement(make_vendor(unit))
    with pytest.raises(Invalid):
        statements.change(statement=made, version=1, values={"equity": "500"}, by=SYSTEM)


def test_saving_what_is_there_writes_nothing(unit: BusinessUnit) -> None:
    made = make_statement(make_vendor(unit))
    events = Event.objects.count()
    assert statements.change(statement=made, version=1, values=SOUND, by=SYSTEM).version == 1
    assert Event.objects.count() == events


def test_whoever_saved_first_is_not_overwritten(unit: BusinessUnit) -> None:
    made = make_statement(make_vendor(unit))
    statements.change(statement=made, version=1, values={"sales": "1300"}, by=SYSTEM)
    with pytest.raises(OutOfDate) as caught:
        statements.change(statement=made, version=1, values={"sales": "1400"}, by=SYSTEM)
    assert caught.value.extra["current"]["sales"] == Decimal(1300)


def test_a_withdrawn_statement_stays_on_record_and_leaves_its_year_free(
    unit: BusinessUnit,
) -> None:
    vendor = make_vendor(unit)
    made = make_statement(vendor)
    statements.withdraw(statement=made, reason="Of another company", by=SYSTEM)
    again = make_statement(vendor)
    kept = Statement.objects.get(pk=made.pk)
    assert kept.withdrawn_why == "Of another company"
    assert again.pk != made.pk
    with pytest.raises(Withdrawn):
        statements.change(statement=kept, version=kept.version, values={}, by=SYSTEM)


def test_withdrawing_needs_a_reason_and_happens_once(unit: BusinessUnit) -> None:
    made = make_statement(make_vendor(unit))
    with pytest.raises(Invalid):
        statements.withdraw(statement=made, reason="  ", by=SYSTEM)
    statements.withdraw(statement=made, reason="Wrong", by=SYSTEM)
    statements.withdraw(statement=made, reason="Wrong", by=SYSTEM)
    assert Event.objects.filter(type="statement.withdrawn").count() == 1


def test_a_vendor_that_declined_may_still_tell(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    made = make_refusal(vendor)
    told = statements.change(
        statement=made, version=1, values={**SOUND, "declined": False}, by=SYSTEM
    )
    assert not told.declined
    assert told.source == "audited"


def test_put_files_a_statement_and_then_changes_it(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    first, new = statements.put(vendor=vendor, values=SOUND, by=SYSTEM)
    assert new
    less = {name: value for name, value in SOUND.items() if name != "inventories"}
    second, new = statements.put(vendor=vendor, values=less, by=SYSTEM)
    assert (second.pk, second.inventories, new) == (first.pk, None, False)


@pytest.mark.parametrize("who", ["auditor", "outsider_procurement", "member_of_nothing"])
def test_only_those_who_record_facts_of_the_vendor_file_its_statements(
    who: str, unit: BusinessUnit, request: pytest.FixtureRequest
) -> None:
    vendor = make_vendor(unit)
    with pytest.raises(NotAllowed):
        make_statement(vendor, by=request.getfixturevalue(who).principal)


def test_figures_a_thousand_times_those_of_the_year_before_are_pointed_out(
    unit: BusinessUnit,
) -> None:
    before = make_statement(make_vendor(unit), 2024)
    now = statement_data.clean({**SOUND, "scale": 1_000_000}, today=date(2026, 6, 1))
    found = statement_data.hints(now, before)
    assert len(found) == 2
    assert "Is the unit right" in found[0]
    same = statement_data.clean(SOUND, today=date(2026, 6, 1))
    assert statement_data.hints(same, before) == []


def test_a_period_ends_before_it_is_filed(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    with clock.at(datetime(2025, 12, 30, tzinfo=UTC)), pytest.raises(Invalid):
        make_statement(vendor)


# --- the model that counts ----------------------------------------------------------------------
def test_a_model_is_chosen_with_a_reason_and_taken_back(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    by = procurement.principal
    values = {"listing": "listed", "sector": "manufacturer", "model": "z_private"}
    with pytest.raises(Invalid) as caught:
        financial_profiles.change(vendor=vendor, version=0, values=values, by=by)
    assert "reason" in caught.value.extra["errors"]
    values["reason"] = "Its shares are hardly traded"
    made = financial_profiles.change(vendor=vendor, version=0, values=values, by=by)
    assert (made.model, made.chosen_by) == ("z_private", procurement.user)
    back = financial_profiles.change(vendor=vendor, version=1, values={"model": ""}, by=by)
    assert (back.model, back.reason, back.chosen_by, back.chosen_at) == ("", "", None, None)
    chosen = Event.objects.filter(type="financial_model.chosen").order_by("position")
    assert [one.data["model"] for one in chosen] == ["z_private", ""]
    assert Event.objects.filter(type="financial_profile.changed").count() == 1


def test_no_model_is_chosen_for_a_bank(unit: BusinessUnit) -> None:
    values = {"sector": "bank", "model": "z", "reason": "Because"}
    with pytest.raises(Invalid) as caught:
        financial_profiles.change(vendor=make_vendor(unit), version=0, values=values, by=SYSTEM)
    assert "model" in caught.value.extra["errors"]


def test_a_profile_that_somebody_else_changed_is_not_overwritten(unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    values = {"sector": "manufacturer"}
    financial_profiles.change(vendor=vendor, version=0, values=values, by=SYSTEM)
    with pytest.raises(OutOfDate):
        financial_profiles.change(vendor=vendor, version=0, values={"sector": "bank"}, by=SYSTEM)
