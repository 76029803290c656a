"""Reading statements of vendors and what decides how they are read."""

from collections.abc import Collection
from datetime import date
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from vendors.models import FinanceImport, FinancialProfile, Statement, Vendor
from vendors.selectors.master import vendors_visible_to


def statements_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Statement]:
    """Statements of the vendors that `principal` sees, also those that were withdrawn."""
    rows = Statement.objects.select_related("vendor")
    if principal.units(permission) is None:
        return rows
    return rows.filter(vendor__in=vendors_visible_to(principal, permission).values("pk"))


def statements_of(vendor: Vendor, *, withdrawn: bool = False) -> list[Statement]:
    """Those of a vendor that count, the latest year first; or those that were withdrawn."""
    return list(_statements(vendor, withdrawn=withdrawn))


def counting_statements(vendor: Vendor) -> QuerySet[Statement]:
    """Those that count, the latest year first."""
    return _statements(vendor, withdrawn=False)


def _statements(vendor: Vendor, *, withdrawn: bool) -> QuerySet[Statement]:
    rows = Statement.objects.filter(vendor=vendor, withdrawn_at__isnull=not withdrawn)
    return rows.order_by("-fiscal_year", "-id")


def latest_statements(vendor_ids: Collection[UUID], as_of: date) -> dict[UUID, Statement]:
    """Vendor -> its latest statement whose period has ended, or its latest refusal."""
    rows = (
        Statement.objects.filter(vendor__in=vendor_ids, withdrawn_at__isnull=True)
        .filter(Q(period_end__isnull=True) | Q(period_end__lte=as_of))
        .order_by("vendor_id", "-fiscal_year")
        .distinct("vendor_id")
    )
    return {row.vendor_id: row for row in rows}


def nearest_statement(vendor: Vendor, fiscal_year: int) -> Statement | None:
    """The statement with figures of the year nearest to `fiscal_year`, but not of it."""
    rows = Statement.objects.filter(vendor=vendor, withdrawn_at__isnull=True, declined=False)
    others = rows.exclude(fiscal_year=fiscal_year)
    return min(others, key=lambda one: abs(one.fiscal_year - fiscal_year), default=None)


def profiles(vendor_ids: Collection[UUID]) -> dict[UUID, FinancialProfile]:
    """Vendor -> what was recorded of its listing, its sector and the model."""
    return {row.pk: row for row in FinancialProfile.objects.filter(pk__in=vendor_ids)}


def profile_of(vendor: Vendor) -> FinancialProfile:
    """The same of one vendor; an empty one, not saved, where nothing was recorded."""
    found = FinancialProfile.objects.filter(pk=vendor.pk).first()
    return found or FinancialProfile(vendor=vendor, version=0)


def statement_imports_visible_to(principal: Principal) -> QuerySet[FinanceImport]:
    """Lists of statements into units for which `principal` records facts, without the files."""
    return for_principal(
        FinanceImport.objects.filter(kind="statements")
        .select_related("unit", "user", "vendor")
        .defer("content"),
        principal,
        permission=Permission.EDIT_FACTS,
    )


def rate_imports() -> QuerySet[FinanceImport]:
    """Lists of rates, without the files. They are reference data: whoever may import sees all."""
    return FinanceImport.objects.filter(kind="rates").select_related("user").defer("content")
