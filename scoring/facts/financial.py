"""The financial indicator from the statements on record."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from scoring.facts.source import Known, Source
from scoring.indicators import financial
from scoring.indicators.figures import FLOWS, LINES, Figures
from scoring.indicators.financial import Facts, Year
from scoring.indicators.value import Value
from vendors.economies import is_emerging
from vendors.models import Engagement, FinancialProfile, Statement, Vendor
from vendors.selectors import finances


def year_of(statement: Statement) -> Year:
    """A statement as the indicator reads it: whole units of money, flows for twelve months."""
    if statement.declined:
        return Year(fiscal_year=statement.fiscal_year, declined=True)
    return Year(
        fiscal_year=statement.fiscal_year,
        period_end=statement.period_end,
        months=statement.months,
        currency=statement.currency,
        source=statement.source,
        going_concern_doubt=statement.going_concern_doubt,
        figures=Figures(**{line: _amount(statement, line) for line in LINES}),
    )


def _amount(statement: Statement, line: str) -> float | None:
    value = getattr(statement, line)
    if value is None:
        return None
    amount = float(value) * statement.scale
    return amount * 12 / statement.months if line in FLOWS else amount


def facts_of(
    vendor: Vendor, profile: FinancialProfile | None, statements: Sequence[Statement]
) -> Facts:
    """All that the indicator reads of a vendor."""
    emerging = profile.emerging if profile else None
    return Facts(
        years=[year_of(one) for one in statements],
        listing=profile.listing if profile else "",
        sector=profile.sector if profile else "",
        emerging=is_emerging(vendor.country.code or "") if emerging is None else emerging,
        chosen=profile.model if profile else "",
    )


def values(engagements: Sequence[Engagement], as_of: date, known: Known) -> dict[UUID, Value]:
    """The indicator of each engagement whose vendor has a statement on record; two queries."""
    vendors = {one.vendor_id: one.vendor for one in engagements}
    statements = finances.latest_statements(vendors, as_of)
    profiles = finances.profiles(statements)
    found = {
        pk: financial.assess(facts_of(vendors[pk], profiles.get(pk), [statement]), as_of)
        for pk, statement in statements.items()
    }
    return {one.pk: value for one in engagements if (value := found.get(one.vendor_id)) is not None}


#: Code of a `Said` -> its sentence.
SENTENCES: Final = {
    "declined": _("The vendor declined to disclose its statement of {year}."),
    "floor_equity": _("By the statement of {year} the vendor owes more than it has."),
    "floor_going_concern": _("The statement of {year} doubts that the vendor can go on."),
    "bank": _(
        "The vendor is a bank or insurer: no model of insolvency here applies to it. Look at its "
        "regulator and its credit ratings."
    ),
    "zone_safe": _("{model} of {year} is {value}: the safe zone."),
    "zone_grey": _("{model} of {year} is {value}: the grey zone."),
    "zone_distress": _("{model} of {year} is {value}: the zone of distress."),
    "owes_nothing": _("{model} of {year} is in the safe zone: the vendor owes nothing."),
    "model_missing": _(
        "{model} of {year} lacks {count} lines. Until they are known it counts as the worst."
    ),
    "why_chosen": _("A person chose this model."),
    "why_emerging": _("The model for emerging markets counts because of the vendor's country."),
    "why_listed_manufacturer": _("The model for listed manufacturers counts."),
    "why_private_manufacturer": _("The model for private manufacturers counts."),
    "why_manufacturer": _(
        "The model for private manufacturers counts: whether it is listed is not recorded."
    ),
    "why_non_manufacturer": _("The model for other than manufacturers counts."),
    "why_not_known": _(
        "The model that fits most companies counts: neither listing nor sector is recorded."
    ),
    "weakest_current": _("The weakest ratio is current assets to current liabilities, {value}."),
    "weakest_quick": _("The weakest ratio is liquid assets to current liabilities, {value}."),
    "weakest_interest_cover": _("The weakest ratio is EBIT to interest, {value}."),
    "weakest_debt_to_ebitda": _("The weakest ratio is debt to EBITDA, {value}."),
    "weakest_liabilities_to_assets": _("The weakest ratio is liabilities to assets, {value}."),
    "worst_interest_cover": _("An operating loss covers no interest."),
    "worst_debt_to_ebitda": _("There is debt, and no EBITDA to pay it back from."),
    "worst_liabilities_to_assets": _("There are liabilities and no assets."),
    "ratios_good": _("All {count} ratios that are known are good."),
    "ratios_good_one": _("The one ratio that is known is good."),
    "ratios_missing": _("{count} of {of} ratios lack a line; the range is wider for it."),
    "source_audited": _("The statement of {year} is audited."),
    "source_reviewed": _("The statement of {year} was reviewed by an accountant, not audited."),
    "source_unaudited": _("The statement of {year} is not audited."),
    "source_estimate": _("The figures of {year} are an estimate."),
    "scaled": _("The period has {months} months; its flows were scaled to twelve."),
}

SOURCE: Final = Source(
    title=_("Financial strength"), sentences=SENTENCES, values=values, page="scoring:finances"
)
