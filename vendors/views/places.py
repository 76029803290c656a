"""Where the pages of this floor lead to and come from. Upper floors are named by address only."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request
from accounts.permissions import Permission
from vendors import selectors
from vendors.finding_kinds import KNOCK_OUT, MISSING_EVIDENCE, RISKY_ANSWER
from vendors.models import Finding, Vendor


def vendor_list() -> str:
    """The list of vendors."""
    return reverse("scoring:vendors")


def vendor_page(pk: UUID) -> str:
    """The page of one vendor."""
    return reverse("scoring:vendor", args=[pk])


def worth_page(finding: Finding) -> str:
    """What closing a finding would be worth in points; "" for kinds that no answer is behind."""
    if finding.kind not in {RISKY_ANSWER, KNOCK_OUT, MISSING_EVIDENCE} or finding.is_closed:
        return ""
    return reverse("scoring:finding_worth", args=[finding.pk])


def crumbs(vendor: Vendor, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about a vendor."""
    return [(_("Vendors"), vendor_list()), (vendor.name, vendor_page(vendor.pk)), *rest]


def held_vendor(
    request: Request, pk: UUID, permission: Permission = Permission.EDIT_VENDORS
) -> Vendor:
    """The vendor, if it is in a unit in which the person holds `permission`; else 404."""
    return get_object_or_404(selectors.vendors_visible_to(request.principal, permission), pk=pk)
