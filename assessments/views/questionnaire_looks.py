"""Two versions of a questionnaire side by side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.templatetags.ui import NONE
from assessments import checking, comparing
from assessments.draft_words import FIELDS, words
from assessments.schema import Questionnaire
from assessments.selectors import questionnaires as found_in
from assessments.views.questionnaires import crumbs, found
from assessments.wording import language


@page(Permission.VIEW)
def compare(request: Request, pk: UUID) -> HttpResponse:
    """What differs between two versions, by the keys of their questions."""
    row = found(pk)
    rows = found_in.others(row)
    wanted = request.GET.get("other", "")
    other_row = next((one for one in rows if str(one.pk) == wanted), rows[0] if rows else None)
    found_here: dict[str, Any] = {}
    if other_row is not None:
        before = checking.check(found(other_row.pk).content).usable
        after = checking.check(row.content).usable
        if before is not None and after is not None:
            result = comparing.compare(before, after)
            found_here = {"result": result, **_named(result, before, after)}
    return render(
        request,
        "assessments/questionnaires/compare.html",
        {
            "row": row,
            "other": other_row,
            "others": rows,
            **found_here,
            "crumbs": crumbs(row, _("Compare")),
        },
    )


def _named(
    result: comparing.Comparison, before: Questionnaire, after: Questionnaire
) -> dict[str, Any]:
    lang = language()
    titles = {one.key: one.title.text_for(lang) for one in (*before.sections, *after.sections)}
    items = {**before.by_key, **after.by_key}
    texts = {key: item.question.text.text_for(lang) for key, item in items.items()}
    return {
        "about": [_differs(one) for one in result.about],
        "groups": [
            _Group(_("New sections"), [(key, titles[key], "") for key in result.added_sections]),
            _Group(
                _("Dropped sections"), [(key, titles[key], "") for key in result.removed_sections]
            ),
            _Group(
                _("New questions"),
                [(key, texts[key], titles[items[key].section]) for key in result.added],
            ),
            _Group(
                _("Dropped questions"),
                [(key, texts[key], titles[items[key].section]) for key in result.removed],
            ),
        ],
        "changed": [
            (one.key, titles[one.key], [_differs(part) for part in one.differences])
            for one in result.changed_sections
        ]
        + [
            (one.key, texts[one.key], [_differs(part) for part in one.differences])
            for one in result.changed
        ],
        "same": len(result.same),
    }


@dataclass(frozen=True)
class _Group:
    """Parts that are there on one side only: key, words, section."""

    name: str
    rows: list[tuple[str, str, str]]


def _differs(one: comparing.Difference) -> tuple[str, str, str]:
    name = str(FIELDS.get(one.field) or one.field.replace("_", " "))
    if one.option:
        name = f"{name}: {one.option}"
    before, after = one.before, one.after
    if isinstance(before, dict) and isinstance(after, dict):
        # Of a text only the languages, of an answer only the parts, that differ.
        names = [key for key in {**before, **after} if before.get(key) != after.get(key)]
        before, after = ({key: side.get(key) for key in names} for side in (before, after))
    return name, _value(before), _value(after)


def _value(value: Any) -> str:
    return NONE if value in (None, "", [], {}) else words(value)
