"""Looking at questionnaires: two versions side by side, and as those see it who answer."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.templatetags.ui import NONE
from assessments import checking, comparing
from assessments.question import Tier
from assessments.selection import Facts, select
from assessments.selectors import questionnaires as found_in
from assessments.views.questionnaires import crumbs, found
from assessments.wording import knock_out_words, language
from vendors.intake import IP_KINDS, SERVICES, IpKind, Service
from vendors.models import Engagement


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


class FactsForm(forms.Form):
    """For which engagement a preview is."""

    side = forms.ChoiceField(
        label=lazy("Seen by"),
        choices=[("vendor", lazy("the vendor")), ("reviewer", lazy("a reviewer"))],
        required=False,
    )
    tier = forms.ChoiceField(
        label=lazy("Tier"), choices=Engagement.Tier.choices, initial="critical", required=False
    )
    service = forms.ChoiceField(
        label=lazy("Service"), required=False, choices=[("", lazy("Any")), *SERVICES.items()]
    )
    ip = forms.ChoiceField(
        label=lazy("Kind of IP"), required=False, choices=[("", lazy("Any")), *IP_KINDS.items()]
    )


@page(Permission.VIEW)
def preview(request: Request, pk: UUID) -> HttpResponse:
    """The questions as the vendor or a reviewer would see them; nothing is stored."""
    row = found(pk)
    form = FactsForm({"side": "vendor", "tier": "critical", **request.GET.dict()})
    given = form.cleaned_data if form.is_valid() else {}
    checked = checking.check(row.content)
    sections: list[dict[str, Any]] = []
    if checked.usable is not None:
        facts = Facts(
            tier=Tier(given.get("tier") or "critical"),
            service=Service(given["service"]) if given.get("service") else None,
            ip_kinds=(IpKind(given["ip"]),) if given.get("ip") else (),
        )
        sections = _previewed(checked.usable, facts, vendor=given.get("side") != "reviewer")
    return render(
        request,
        "assessments/questionnaires/preview.html",
        {
            "row": row,
            "filter": form,
            "reviewer": given.get("side") == "reviewer",
            "sections": sections,
            "asked": sum(len(one["questions"]) for one in sections),
            "left_out": len(checked.left_out),
            "crumbs": crumbs(row, _("Preview")),
        },
    )


def _previewed(content: Any, facts: Facts, *, vendor: bool) -> list[dict[str, Any]]:
    chosen = set(select(content, facts).question_keys)
    sections = []
    for section in content.sections:
        questions = [
            {
                "item": item,
                "question": item.question,
                "text": item.question.text.text_for(language()),
                "why": item.question.why.text_for(language()),
                "help": item.question.help.text_for(language()) if item.question.help else "",
                "evidence": item.question.good_evidence.text_for(language()),
                "knock_out": knock_out_words(item.question),
                "gate": item.parents[-1] if item.parents else "",
                "opens": " ".join(content.by_key[item.parents[-1]].question.gate.opens_on)
                if item.parents
                else "",
                "choices": [
                    (one.key, one.label.text_for(language()), one.risk / 10_000)
                    for one in item.question.choices
                ],
            }
            for item in content.items
            if item.section == section.key
            and item.key in chosen
            and (not vendor or item.question.respondent == "vendor")
        ]
        if questions:
            sections.append(
                {
                    "key": section.key,
                    "title": section.title.text_for(language()),
                    "intro": section.intro.text_for(language()),
                    "questions": questions,
                }
            )
    return sections
