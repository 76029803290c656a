"""Financial statements of vendors, the choice of the model that reads them, and lists of them."""

from collections.abc import Mapping
from typing import Any, ClassVar, Final

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit, User
from audit.ids import uuid7
from vendors.models.file_job import FileJob
from vendors.models.vendor import Vendor

#: The amounts of a statement with what they are called, in the order of the form.
LINES: Final[Mapping[str, Any]] = {
    "total_assets": _("Total assets"),
    "current_assets": _("Current assets"),
    "inventories": _("Inventories"),
    "cash": _("Cash"),
    "intangible_assets": _("Intangible assets and goodwill"),
    "current_liabilities": _("Current liabilities"),
    "total_liabilities": _("Total liabilities"),
    "debt": _("Interest-bearing debt"),
    "retained_earnings": _("Retained earnings"),
    "equity": _("Equity"),
    "sales": _("Sales"),
    "ebit": _("EBIT"),
    "depreciation": _("Depreciation and amortisation"),
    "ebitda": _("EBITDA"),
    "interest_expense": _("Interest expense"),
    "net_income": _("Net income"),
    "funds_from_operations": _("Funds from operations"),
    "market_value": _("Market value of equity"),
}


def _amount(line: str) -> "models.DecimalField[Any, Any]":
    return models.DecimalField(LINES[line], max_digits=22, decimal_places=4, null=True, blank=True)


class Statement(models.Model):
    """What a vendor's books say of one fiscal year, or that it declined to tell.

    Amounts stand as in the document: in units of `scale`, sums over `months`. A line that is not
    in it is null, never 0. One that was withdrawn stays, and another may take its place.
    """

    class Source(models.TextChoices):
        AUDITED = "audited", _("Audited")
        REVIEWED = "reviewed", _("Reviewed by an accountant")
        UNAUDITED = "unaudited", _("Not audited")
        ESTIMATE = "estimate", _("Estimate")

    class Scope(models.TextChoices):
        COMPANY = "company", _("The company alone")
        GROUP = "group", _("The group (consolidated)")

    class Scale(models.IntegerChoices):
        ONE = 1, _("Single units")
        THOUSANDS = 1_000, _("Thousands")
        MILLIONS = 1_000_000, _("Millions")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="statements")
    fiscal_year = models.PositiveSmallIntegerField(_("Fiscal year"))
    declined = models.BooleanField(_("Declined to disclose"), default=False)
    period_end = models.DateField(_("Last day of the period"), null=True, blank=True)
    months = models.PositiveSmallIntegerField(_("Months"), default=12)
    currency = models.CharField(_("Currency"), max_length=3, blank=True)
    scale = models.PositiveIntegerField(_("Unit"), choices=Scale, default=Scale.ONE)
    source = models.CharField(_("Source"), max_length=10, choices=Source, blank=True)
    scope = models.CharField(_("Covers"), max_length=10, choices=Scope, default=Scope.COMPANY)
    going_concern_doubt = models.BooleanField(_("Doubt about going concern"), default=False)

    total_assets = _amount("total_assets")
    current_assets = _amount("current_assets")
    inventories = _amount("inventories")
    cash = _amount("cash")
    intangible_assets = _amount("intangible_assets")
    current_liabilities = _amount("current_liabilities")
    total_liabilities = _amount("total_liabilities")
    debt = _amount("debt")
    retained_earnings = _amount("retained_earnings")
    equity = _amount("equity")
    sales = _amount("sales")
    ebit = _amount("ebit")
    depreciation = _amount("depreciation")
    ebitda = _amount("ebitda")
    interest_expense = _amount("interest_expense")
    net_income = _amount("net_income")
    funds_from_operations = _amount("funds_from_operations")
    market_value = _amount("market_value")

    kept_at = models.CharField(_("Where the document is kept"), max_length=300, blank=True)
    note = models.TextField(_("Note"), blank=True)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_why = models.TextField(blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "fiscal_year"],
                condition=Q(withdrawn_at__isnull=True),
                name="statement_once_a_year",
            ),
            models.CheckConstraint(
                condition=Q(declined=True, total_assets__isnull=True, sales__isnull=True)
                | Q(declined=False, period_end__isnull=False) & ~Q(currency="") & ~Q(source=""),
                name="statement_told_or_declined",
            ),
            models.CheckConstraint(
                condition=Q(total_assets__isnull=True) | Q(total_assets__gt=0),
                name="statement_has_assets",
            ),
            models.CheckConstraint(
                condition=Q(months__gte=1, months__lte=24), name="statement_months"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=False) | Q(withdrawn_why=""),
                name="statement_withdrawn_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.fiscal_year)


class FinancialProfile(models.Model):
    """What decides which model of insolvency reads a vendor's statements."""

    class Listing(models.TextChoices):
        LISTED = "listed", _("Listed on a stock exchange")
        UNLISTED = "unlisted", _("Not listed")

    class Sector(models.TextChoices):
        MANUFACTURER = "manufacturer", _("Manufacturer")
        NON_MANUFACTURER = "non_manufacturer", _("Other than a manufacturer")
        BANK = "bank", _("Bank or insurer")

    class Model(models.TextChoices):
        Z = "z", _("Altman Z (listed manufacturers)")
        Z_ORIGINAL = "z_original", _("Altman Z with the weight 0.999 of the paper")
        Z_PRIVATE = "z_private", _("Altman Z\u2032 (private manufacturers)")
        Z_GENERAL = "z_general", _("Altman Z\u2033 (other than manufacturers)")
        Z_EMERGING = "z_emerging", _("Altman Z\u2033 for emerging markets")

    vendor = models.OneToOneField(
        Vendor, models.PROTECT, primary_key=True, related_name="financial_profile"
    )
    listing = models.CharField(_("Listing"), max_length=10, choices=Listing, blank=True)
    sector = models.CharField(_("Sector"), max_length=20, choices=Sector, blank=True)
    # Null: as its country is classed (`vendors.economies`).
    emerging = models.BooleanField(_("Emerging market"), null=True, blank=True)
    # "" where the model that is proposed counts.
    model = models.CharField(_("Model"), max_length=20, choices=Model, blank=True)
    reason = models.TextField(_("Reason"), blank=True)
    # Nobody where a program chose it.
    chosen_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    chosen_at = models.DateTimeField(null=True, blank=True)
    version = models.PositiveIntegerField(default=1)
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(model="", chosen_at__isnull=True)
                | ~Q(model="") & ~Q(reason="") & Q(chosen_at__isnull=False),
                name="financial_model_with_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.vendor_id)


class FinanceImport(FileJob):
    """A list of statements or of exchange rates, between its preview and its result.

    Statements belong to a unit, and to one vendor where the list was uploaded for it; rates are one
    for all units.
    """

    class Kind(models.TextChoices):
        STATEMENTS = "statements"
        RATES = "rates"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    kind = models.CharField(max_length=10, choices=Kind)
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, null=True, blank=True)
    vendor = models.ForeignKey(
        Vendor, models.PROTECT, null=True, blank=True, related_name="finance_imports"
    )
    user = models.ForeignKey(User, models.PROTECT, null=True, blank=True)
    file_name = models.CharField(max_length=200)
    content = models.BinaryField()
    report = models.JSONField(default=dict)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["kind", "unit", "-id"], name="finance_imports")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(kind="rates", unit__isnull=True, vendor__isnull=True)
                | Q(kind="statements", unit__isnull=False),
                name="finance_import_of_a_unit",
            ),
        ]

    def __str__(self) -> str:
        return self.file_name
