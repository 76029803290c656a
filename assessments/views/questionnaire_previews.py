"""A questionnaire as those see it who answer and who review; nothing that is entered is kept.

The vendor's side is shown by the portal's own pieces, in any of its languages. Answers open and
close gates, by script at once, and without one when they are sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.doors import Request, page, posted
from accounts.permissions import Permission
from assessments import checking, schema
from assessments.forms.assessments import AnswersForm
from assessments.models import Assessment, Questionnaire
from assessments.portal.doors import Visit, show
from assessments.portal.questions import Desk, view
from assessments.question import Tier
from assessments.schema import Item, Section
from assessments.selection import Facts, Selection, select
from assessments.selectors.portal import EVERYTHING
from assessments.values import validate_value
from assessments.views.questionnaires import crumbs, found
from assessments.wording import (
    RESPONDENTS,
    knock_out_words,
    language,
    refusal_words,
    weight_words,
)
from vendors.intake import IP_KINDS, SERVICES, IpKind, Service
from vendors.models import Engagement


def _any_of(words: Mapping[str, str]) -> list[tuple[str, Any]]:
    return [("", lazy("Any")), *((key, lazy(said)) for key, said in words.items())]


class FactsForm(forms.Form):
    """For which engagement a preview is, for whom, and in which language."""

    side = forms.ChoiceField(
        label=lazy("Seen by"),
        choices=[("vendor", lazy("The vendor")), ("reviewer", lazy("A reviewer"))],
        required=False,
    )
    language = forms.ChoiceField(label=lazy("Language"), choices=settings.LANGUAGES, required=False)
    tier = forms.ChoiceField(label=lazy("Tier"), choices=Engagement.Tier.choices, required=False)
    service = forms.ChoiceField(
        label=lazy("Service"),
        required=False,
        choices=_any_of(SERVICES),
    )
    ip = forms.ChoiceField(
        label=lazy("Kind of IP"),
        required=False,
        choices=_any_of(IP_KINDS),
    )

    def asked(self) -> dict[str, str]:
        """What was chosen, and what is usual where nothing was, or nothing there is."""
        self.is_valid()
        usual = {
            "side": "vendor", "tier": Tier.CRITICAL.value, "service": "", "ip": "",
            "language": settings.LANGUAGE_CODE,
        }  # fmt: skip
        return {name: self.cleaned_data.get(name) or value for name, value in usual.items()}


@page(Permission.VIEW)
def preview(request: Request, pk: UUID) -> HttpResponse:
    """The questions as the vendor or a reviewer would see them; nothing is stored."""
    row = found(pk)
    given = FactsForm(request.GET).asked()
    checked = checking.check(row.content)
    content = checked.usable
    chosen = Selection(section_keys=(), question_keys=())
    if content is not None:
        facts = Facts(
            tier=Tier(given["tier"]),
            service=Service(given["service"]) if given["service"] else None,
            ip_kinds=(IpKind(given["ip"]),) if given["ip"] else (),
        )
        chosen = select(content, facts)
    common = {
        "row": row,
        "filter": FactsForm(given),
        "given": given,
        "left_out": len(checked.left_out),
    }
    if given["side"] == "vendor":
        return _vendor(request, row, content, chosen, common)
    return render(
        request,
        "assessments/questionnaires/preview.html",
        {
            **common,
            "asked": len(chosen.question_keys),
            "sections": _reviewed(content, chosen) if content else [],
            "crumbs": crumbs(row, _("Preview")),
        },
    )


# --- the vendor's side --------------------------------------------------------------------------
def _vendor(
    request: Request,
    row: Questionnaire,
    content: schema.Questionnaire | None,
    chosen: Selection,
    common: dict[str, Any],
) -> HttpResponse:
    keys = set(chosen.question_keys)
    theirs = [
        item
        for item in (content.items if content else ())
        if item.key in keys and item.question.respondent == "vendor"
    ]
    topics = [
        section
        for section in (content.sections if content else ())
        if any(item.section == section.key for item in theirs)
    ]
    wanted = request.GET.get("section", "")
    here = next((one for one in topics if one.key == wanted), topics[0] if topics else None)
    bar = render_to_string(
        "assessments/questionnaires/_preview_bar.html",
        {**common, "asked": len(theirs)},
        request=request,
    )
    with translation.override(common["given"]["language"]):
        context: dict[str, Any] = {"title": row.title, "bar": bar}
        if content is not None and here is not None:
            items = [item for item in theirs if item.section == here.key]
            context |= _topic(request, content, chosen, here, items)
            context |= _ways(common["given"], topics, here)
        return show(
            request, "preview", context, visit=Visit(Assessment(), EVERYTHING, preview=True)
        )


def _visit() -> Visit:
    """A look at no assessment in particular."""
    return Visit(Assessment(), EVERYTHING, preview=True)


def _ways(given: Mapping[str, str], topics: list[Section], here: Section) -> dict[str, Any]:
    """The way to each topic, and to the one after this."""
    ways = [
        {
            "title": one.title.text_for(language()),
            "url": "?" + urlencode({**given, "section": one.key}),
            "here": one.key == here.key,
        }
        for one in topics
    ]
    place = topics.index(here)
    return {
        "topics": ways,
        "place": place + 1,
        "next_url": ways[place + 1]["url"] if place + 1 < len(ways) else "",
    }


def _topic(
    request: Request,
    content: schema.Questionnaire,
    chosen: Selection,
    section: Section,
    items: list[Item],
) -> dict[str, Any]:
    form = AnswersForm(items, {}, posted(request))
    values: dict[str, object] = {}
    if form.is_bound and form.is_valid():
        for item in items:
            said = form.inputs().get(item.key)
            if said is None or said.state != "answered":
                continue
            try:
                values[item.key] = validate_value(item.question, said.value)
            except ValueError as error:
                form.refuse({item.key: refusal_words(error)})
    visible = set(schema.visible_keys(content, chosen, values))
    desk = Desk(
        visit=_visit(),
        answers={},
        # All of them: whether a gate is open says the frame around each.
        asked=tuple(item.key for item in items),
        queried=(),
        changeable={item.key for item in items},
        evidence={},
        threads={},
    )
    return {
        "title": section.title.text_for(language()),
        "intro": section.intro.text_for(language()),
        "form": form,
        "questions": [
            {
                "question": view(desk, item, form),
                "key": item.key,
                "shown": item.key in visible,
                **_gate(content, item),
            }
            for item in items
        ],
    }


def _gate(content: schema.Questionnaire, item: Item) -> dict[str, str]:
    gate = content.by_key[item.parents[-1]].question.gate if item.parents else None
    return {
        "gate": item.parents[-1] if item.parents else "",
        "opens": " ".join(gate.opens_on) if gate else "",
    }


# --- the reviewer's side ------------------------------------------------------------------------
def _reviewed(content: schema.Questionnaire, chosen: Selection) -> list[dict[str, Any]]:
    keys = frozenset(chosen.question_keys)
    return [
        {
            "key": section.key,
            "title": section.title.text_for(language()),
            "intro": section.intro.text_for(language()),
            "questions": [
                _judged(content, item, keys)
                for item in content.items
                if item.section == section.key and item.key in keys
            ],
        }
        for section in content.sections
        if section.key in chosen.section_keys
    ]


def _judged(content: schema.Questionnaire, item: Item, chosen: frozenset[str]) -> dict[str, Any]:
    question, lang = item.question, language()
    gate = content.by_key[item.parents[-1]].question if item.parents else None
    opens = gate.gate.opens_on if gate and gate.gate else ()
    unit = question.curve.unit if question.curve and question.curve.unit else None
    points = question.curve.points if question.curve else ()
    return {
        "key": item.key,
        "depth": len(item.parents),
        "question": question,
        "text": question.text.text_for(lang),
        "why": question.why.text_for(lang),
        "evidence": question.good_evidence.text_for(lang),
        "respondent": RESPONDENTS[question.respondent],
        "effect": weight_words(content, item, chosen),
        "knock_out": knock_out_words(question),
        "only_if": ", ".join(
            f"“{one.label.text_for(lang)}”" for one in (gate.choices if gate else ())
            if one.key in opens
        ),
        "choices": [
            {
                "label": one.label.text_for(lang),
                "risk": one.risk / 10_000,
                "percent": one.risk // 100,
                "knocks_out": question.knock_out is not None and one.risk >= question.knock_out.at,
            }
            for one in question.choices
        ]
        + [
            {
                "label": f"{value:g} {unit.text_for(lang) if unit else ''}".strip(),
                "risk": risk / 10_000,
                "percent": risk // 100,
                "knocks_out": question.knock_out is not None and risk >= question.knock_out.at,
            }
            for value, risk in points
        ],
    }  # fmt: skip
