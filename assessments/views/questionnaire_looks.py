"""Two versions of a questionnaire side by side."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.templatetags.ui import NONE
from assessments import checking, comparing
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
            texts = {item.key: item.question.text.text_for(language()) for item in before.items}
            texts |= {item.key: item.question.text.text_for(language()) for item in after.items}
            found_here = {"result": result, **_named(result, texts)}
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


def _named(result: comparing.Comparison, texts: dict[str, str]) -> dict[str, Any]:
    return {
        "added": [(key, texts[key]) for key in result.added],
        "removed": [(key, texts[key]) for key in result.removed],
        "changed": [
            (one.key, texts[one.key], [_differs(part) for part in one.differences])
            for one in result.changed
        ],
    }


def _differs(one: comparing.Difference) -> tuple[str, str, str]:
    name = one.field.replace("_", " ") + (f" “{one.option}”" if one.option else "")
    return name, _value(one.before), _value(one.after)


def _value(value: Any) -> str:
    if isinstance(value, dict):
        if set(value) == {"en"}:
            return str(value["en"])
        return "; ".join(f"{name}: {_value(part)}" for name, part in value.items() if part)
    if isinstance(value, list):
        return ", ".join(_value(part) for part in value)
    return NONE if value in (None, "") else str(value)
