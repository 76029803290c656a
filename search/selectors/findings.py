"""Findings by what was found."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.principal import Principal
from search.hits import Found, Hit, Part
from search.selectors.rows import look
from search.words import Query, excerpt, holds, marked
from vendors.models import Finding
from vendors.plain_text import plain
from vendors.selectors.findings import findings_visible_to


def find(principal: Principal, query: Query, part: Part) -> Found:
    """The findings that `principal` sees, closed ones among them, the newest first."""
    shown, total, more = look(findings_visible_to(principal), query.words, part)
    return Found([_hit(row, query, part.similar) for row in shown], total, more)


def _hit(row: Finding, query: Query, similar: bool) -> Hit:
    in_title = similar or holds(plain(row.title), query.words)
    return Hit(
        pk=row.pk,
        url=reverse("vendors:finding", args=[row.pk]),
        title=marked(row.title, query.words),
        why=_("Title") if in_title else _("What was found"),
        context=() if in_title else excerpt(row.detail, query.words),
        about=f"{row.vendor.name} · {row.get_severity_display()} · {row.get_status_display()}",
    )
