"""Evidence by its title, and by the names of its files."""

from __future__ import annotations

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.principal import Principal
from search.hits import Found, Hit, Part
from search.selectors.rows import look
from search.words import Query, excerpt, marked
from vendors.models import Evidence
from vendors.selectors.evidence import evidence_visible_to, files_visible_to


def find(principal: Principal, query: Query, part: Part) -> Found:
    """The documents that `principal` may open, the newest first.

    By title; where no title has the words, by the names of files.
    """
    shown, total, more = look(evidence_visible_to(principal), query.words, part)
    if total:
        return Found([_hit(row, query) for row in shown], total, more)
    named, total, more = look(files_visible_to(principal), query.words, part)
    return Found([_hit(file.evidence, query, file.name) for file in named], total, more)


def _hit(row: Evidence, query: Query, file_name: str = "") -> Hit:
    about = [row.vendor.name, row.get_kind_display()]
    if row.withdrawn_at:
        about.append(_("Withdrawn"))
    return Hit(
        pk=row.pk,
        url=reverse("vendors:evidence", args=[row.pk]),
        title=marked(row.title, query.words),
        why=_("File name") if file_name else _("Title"),
        context=excerpt(file_name, query.words) if file_name else (),
        about=" · ".join(about),
    )
