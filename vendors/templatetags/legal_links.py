"""From a page to what legal reviewers noted about it."""

from typing import Any
from uuid import UUID

from django import template
from django.db.models import Q
from django.urls import reverse

from accounts.permissions import Permission
from vendors.selectors.legal_notes import notes_visible_to

register = template.Library()


@register.inclusion_tag("vendors/_legal_link.html", takes_context=True)
def legal_link(context: dict[str, Any], vendor: UUID, about: UUID, unit: UUID) -> dict[str, Any]:
    """A link to the vendor's legal page, for legal reviewers of the unit and for those for whom
    there is a note to read; nothing for others, who must not learn that there is one.

    `about`: an assessment, a finding, or an engagement with all that belongs to it.
    """
    principal = context["request"].principal
    shown = (
        principal.can(Permission.PRIVILEGE, unit)
        or notes_visible_to(principal).filter(Q(about_id=about) | Q(engagement=about)).exists()
    )
    return {"url": reverse("scoring:legal", args=[vendor]) if shown else ""}
