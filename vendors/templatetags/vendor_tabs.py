"""The row of pages about one vendor."""

from typing import Any

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from vendors.models import Vendor
from vendors.tabs import TABS

register = template.Library()


@register.inclusion_tag("_components/tabs.html")
def vendor_tabs(vendor: Vendor, active: str) -> dict[str, Any]:
    """Links to all pages about `vendor`; `active` is the key of the one that is open."""
    items = [
        {"label": label, "url": reverse(name, args=[vendor.pk]), "active": key == active}
        for key, label, name in TABS
    ]
    return {"items": items, "label": _("About this vendor")}
