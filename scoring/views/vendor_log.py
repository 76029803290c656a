"""The log of one vendor, for all who see the vendor."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import log
from accounts.doors import Request, page
from accounts.permissions import Permission
from audit import paging
from scoring.links import address
from scoring.selectors.vendor_log import vendor_log
from vendors.selectors import vendors_visible_to


@page(Permission.VIEW)
@require_safe
def index(request: Request, pk: UUID) -> HttpResponse:
    """What happened to it and to all that belongs to it, the latest first."""
    principal = request.principal
    vendor = get_object_or_404(vendors_visible_to(principal), pk=pk)
    found = paging.page(
        vendor_log(vendor, principal),
        keys=("position",),
        descending=True,
        after=request.GET.get("after"),
        before=request.GET.get("before"),
    )
    whole = principal.can(Permission.VIEW_LOG)
    return render(
        request,
        "scoring/vendor_log.html",
        {
            "crumbs": [
                (_("Vendors"), address("scoring:vendors")),
                (vendor.name, address("scoring:vendor", vendor.pk)),
                (_("Log"), ""),
            ],
            "vendor": vendor,
            "page": found,
            "lines": list(log.lines(found.rows, principal)),
            "whole": whole,
        },
    )
