"""The forms of statements: figures, refusals, withdrawal."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.forms.boundfield import BoundField
from django.utils.translation import gettext_lazy as _

from accounts.number_fields import DecimalField, IntegerField
from vendors.forms.vendor import BaseForm, currency_choices
from vendors.models import Statement
from vendors.models.statement import LINES
from vendors.statement_data import FIELDS, FIRST_YEAR, SIGNED

#: The lines as they stand on the form, by group.
GROUPS: Final[Mapping[str, tuple[str, ...]]] = {
    "assets": ("total_assets", "current_assets", "inventories", "cash", "intangible_assets"),
    "funding": (
        "total_liabilities",
        "current_liabilities",
        "debt",
        "equity",
        "retained_earnings",
        "market_value",
    ),
    "earnings": (
        "sales",
        "ebit",
        "depreciation",
        "ebitda",
        "interest_expense",
        "net_income",
        "funds_from_operations",
    ),
}
_HELP: Final[Mapping[str, Any]] = {
    "current_assets": _("What turns into cash within a year: cash, receivables, inventories."),
    "current_liabilities": _("What falls due within a year."),
    "debt": _("Loans, bonds and leases that bear interest, short and long."),
    "equity": _("With minority interests. May be negative."),
    "retained_earnings": _("Profits kept in the company; losses carried forward are negative."),
    "market_value": _("Listed companies: shares times price on the last day."),
    "ebit": _("Operating result before interest and taxes; a loss is negative."),
    "ebitda": _("Leave empty where it is EBIT plus depreciation."),
    "net_income": _("After taxes; a loss is negative."),
    "funds_from_operations": _("Cash from operations before changes in working capital."),
}


class StatementFields(forms.Form):
    """One fiscal year as it stands in the document."""

    fiscal_year = IntegerField(label=_("Fiscal year"), min_value=FIRST_YEAR)
    period_end = forms.DateField(label=_("Last day of the period"), widget=forms.DateInput)
    months = IntegerField(
        label=_("Months"),
        help_text=_("12, unless the year was cut short or drawn out."),
        min_value=1,
        max_value=24,
        initial=12,
    )
    currency = forms.ChoiceField(label=_("Currency"))
    scale = forms.TypedChoiceField(
        label=_("Amounts are in"), choices=Statement.Scale.choices, coerce=int, initial=1
    )
    source = forms.ChoiceField(
        label=_("Where the figures come from"),
        help_text=_("The better the proof, the more a good figure counts."),
        choices=Statement.Source.choices,
        widget=forms.RadioSelect,
    )
    scope = forms.ChoiceField(
        label=_("Covers"),
        choices=Statement.Scope.choices,
        initial=Statement.Scope.COMPANY,
        widget=forms.RadioSelect,
    )
    going_concern_doubt = forms.BooleanField(
        label=_("The auditor or the management doubts that the company can go on"),
        required=False,
    )
    kept_at = forms.CharField(
        label=_("Where the document is kept"),
        help_text=_("A folder, a file number or a web address."),
        required=False,
        max_length=300,
    )
    note = forms.CharField(
        label=_("Note"), required=False, max_length=5_000, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        money = self.fields["currency"]
        if isinstance(money, forms.ChoiceField):
            money.choices = currency_choices(_("Choose …"))
        for line, label in LINES.items():
            self.fields[line] = DecimalField(
                label=label,
                help_text=_HELP.get(line, ""),
                required=False,
                min_value=None if line in SIGNED else Decimal(0),
                max_digits=22,
                decimal_places=4,
                error_messages=(
                    {}
                    if line in SIGNED
                    else {"min_value": _("%(line)s cannot be negative.") % {"line": label}}
                ),
            )

    def lines_of(self, group: str) -> list[BoundField]:
        """The fields of one group."""
        return [self[line] for line in GROUPS[group]]

    @property
    def assets(self) -> list[BoundField]:
        """What the company has."""
        return self.lines_of("assets")

    @property
    def funding(self) -> list[BoundField]:
        """Where it comes from."""
        return self.lines_of("funding")

    @property
    def earnings(self) -> list[BoundField]:
        """What it earned."""
        return self.lines_of("earnings")

    def values(self) -> dict[str, Any]:
        """The statement, amounts and days as text, so that two of them can be compared."""
        return flat(self.cleaned_data)


class StatementAddForm(StatementFields):
    """A new statement."""


class StatementEditForm(StatementFields, BaseForm):
    """A changed statement."""


class DeclinedForm(forms.Form):
    """The vendor will not tell."""

    fiscal_year = IntegerField(label=_("Fiscal year"), min_value=FIRST_YEAR)
    note = forms.CharField(
        label=_("Note"),
        help_text=_("Who was asked, when, and what they said."),
        required=False,
        max_length=5_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


class WithdrawForm(forms.Form):
    """Why a statement counts no longer."""

    reason = forms.CharField(
        label=_("Reason"),
        help_text=_("Such as “figures of another company” or “replaced by the audited ones”."),
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 3}),
    )


def flat(values: Mapping[str, Any]) -> dict[str, Any]:
    """A statement as plain JSON values: equal statements give equal values."""
    return {name: _plain(values.get(name)) for name in FIELDS if name != "declined"} | {
        "declined": False
    }


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize() + 0:f}"
    if isinstance(value, date):
        return value.isoformat()
    return value.replace("\r\n", "\n").strip() if isinstance(value, str) else value
