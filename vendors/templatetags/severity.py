"""How severe an incident is, as icon and word in the colours of the bands."""

from typing import Final

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from accounts.templatetags.ui import icon
from vendors.models import Incident

register = template.Library()

#: Severity -> (band whose colours it takes, icon).
_LOOKS: Final = {
    "minor": ("moderate", "reception-1"),
    "serious": ("elevated", "reception-2"),
    "severe": ("high", "reception-3"),
    "critical": ("critical", "exclamation-octagon-fill"),
}


@register.simple_tag
def severity_badge(severity: str) -> SafeString:
    """A badge for a severity."""
    css, name = _LOOKS[severity]
    return format_html(
        '<span class="band band--{}">{} {}</span>',
        css,
        icon(name),
        Incident.Severity(severity).label,
    )
