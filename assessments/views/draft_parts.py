"""Writing a draft: what it is about, its sections, its questions, its translations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.templatetags.ui import NONE
from assessments import drafting
from assessments.draft_texts import languages
from assessments.forms.authoring import KINDS, AboutForm, SectionForm, fingerprint
from assessments.forms.draft_texts import Known
from assessments.forms.question_form import QuestionForm, rearranged
from assessments.forms.questions import data_of, flat, known
from assessments.models import Questionnaire
from assessments.selectors import questionnaires as found_in
from assessments.services import drafts
from assessments.services.questionnaires import NotADraft
from assessments.views.questionnaires import MANAGE, crumbs, found
from audit.errors import Invalid, OutOfDate


def draft_of(pk: UUID) -> Questionnaire:
    """A draft, whole. Raises NotADraft."""
    row = found(pk)
    if not row.is_draft:
        raise NotADraft(_("This version was published. Copy it to change something."))
    return row


def back_to(pk: UUID, key: str = "") -> str:
    """The address of the draft, at one of its parts."""
    return reverse("assessments:questionnaire", args=[pk]) + (f"#k-{key}" if key else "")


def form_page(
    request: Request, row: Questionnaire, form: forms.Form, title: str, **more: Any
) -> HttpResponse:
    """A page with one form about a draft."""
    return render(
        request,
        f"assessments/questionnaires/{more.pop('template', 'form')}.html",
        {
            "row": row,
            "form": form,
            "title": title,
            "back": back_to(row.pk),
            "crumbs": crumbs(row, title),
            **more,
        },
        status=409 if more.get("clashes") else 200,
    )


@page(MANAGE, everywhere=True)
def about(request: Request, pk: UUID) -> HttpResponse:
    """Title, key, version and languages."""
    row = draft_of(pk)
    form = AboutForm(
        posted(request),
        initial={
            "title": drafting.said(row.content.get("title")),
            "key": row.key,
            "version": row.version,
            "languages": languages(row.content)[1:],
        },
    )
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        values = {
            "title": drafting.with_text(row.content.get("title"), "en", given["title"]),
            "key": given["key"],
            "version": given["version"],
            "languages": ["en", *given["languages"]],
        }
        try:
            drafts.rename(
                draft=row, key=given["key"], version=given["version"], by=request.principal
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            drafts.edit(
                draft=row,
                change=drafting.set_about(values),
                did="about_changed",
                by=request.principal,
            )
            messages.success(request, _("Saved."))
            return redirect(back_to(pk))
    return form_page(request, row, form, _("About this questionnaire"))


@page(MANAGE, everywhere=True)
def section(request: Request, pk: UUID, key: str = "") -> HttpResponse:
    """Add or change a section."""
    row = draft_of(pk)
    node = section_of(row, key) if key else {}
    langs = languages(row.content)[1:]
    form = SectionForm(
        posted(request),
        taken=drafting.keys(row.content) - {key},
        default="section",
        langs=langs,
        known=_known(row, key, langs),
        initial=SectionForm.flat(node, langs),
    )
    clashes: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        values = form.data_of(node)
        change = drafting.set_section(key, values) if key else drafting.add_section(values)
        did = "section_changed" if key else "section_added"
        base = request.POST.get("base", fingerprint(node))
        try:
            drafts.edit(
                draft=row,
                change=change,
                did=did,
                place=values["key"],
                unchanged=(lambda now: fingerprint(drafting.section(now, key)) == base)
                if key
                else None,
                by=request.principal,
            )
        except OutOfDate:
            clashes = _clashes(form, SectionForm.flat(node, langs))
        else:
            messages.success(request, _("Saved."))
            return redirect(back_to(pk, values["key"]))
    title = (form.initial.get("title") or _("Section")) if key else _("Add a section")
    beside = [one for one in drafting.sections(row.content) if one.get("key") != key]
    return form_page(
        request,
        row,
        form,
        title,
        base=fingerprint(node),
        clashes=clashes,
        template="section",
        beside=[
            {"dimension": one.get("dimension"), "weight": drafting.weight(one)} for one in beside
        ],
    )


def _known(row: Questionnaire, key: str, langs: list[str]) -> Known:
    """How far the texts of a part are translated, and which ones English has left behind."""
    if not key or not langs:
        return Known()
    before = found_in.origin(row)
    return known(row.content, before.content if before else None, key, langs)


def section_of(row: Questionnaire, key: str) -> dict[str, Any]:
    """A section; 404 where there is none."""
    try:
        return drafting.section(row.content, key)
    except drafting.NotThere as error:
        raise Http404 from error


def place_of(row: Questionnaire, key: str) -> drafting.Place:
    """Where a question stands; 404 where there is none."""
    try:
        return drafting.place(row.content, key)
    except drafting.NotThere as error:
        raise Http404 from error


def _clashes(form: forms.Form, theirs: Mapping[str, Any]) -> list[dict[str, str]]:
    """What is on the form beside what somebody else has saved."""
    found_here = []
    for bound in form:
        mine, saved = form.cleaned_data.get(bound.name), theirs.get(bound.name)
        if str(mine or "") != str(saved or ""):
            found_here.append(
                {
                    "label": str(bound.label),
                    "target": bound.id_for_label,
                    "mine": str(mine or NONE),
                    "theirs": str(saved or NONE),
                }
            )
    return found_here or [{"label": "", "target": "", "mine": NONE, "theirs": NONE}]


class AddForm(forms.Form):
    """The first words of a question, and how it is answered."""

    text = forms.CharField(label=lazy("Question"), widget=forms.Textarea(attrs={"rows": 2}))
    kind = forms.ChoiceField(
        label=lazy("How it is answered"), choices=KINDS, widget=forms.RadioSelect, initial="single"
    )


@page(MANAGE, everywhere=True)
def question_add(request: Request, pk: UUID) -> HttpResponse:
    """Add a question to a section, or behind another question (`?gate=`)."""
    row = draft_of(pk)
    gate = request.GET.get("gate", "")
    holder = (
        place_of(row, gate).section if gate else section_of(row, request.GET.get("section", ""))
    )
    form = AddForm(posted(request))
    if request.method == "POST" and form.is_valid():
        text, kind = form.cleaned_data["text"], form.cleaned_data["kind"]
        key = drafting.make_key(text, drafting.keys(row.content))
        values = {"key": key, "kind": kind, "text": text, "respondent": "vendor"}
        drafts.edit(
            draft=row,
            change=drafting.add_question(values, section_key=str(holder["key"]), gate=gate or None),
            did="question_added",
            place=key,
            by=request.principal,
        )
        return redirect("assessments:draft-question", pk, key)
    return form_page(request, row, form, _("Add a question"))


@page(MANAGE, everywhere=True)
def question(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Change a question of any kind."""
    row = draft_of(pk)
    place = place_of(row, key)
    node, langs = place.node, languages(row.content)[1:]
    sent, did = posted(request), request.POST.get("rows_do", "")
    form = QuestionForm(
        rearranged(sent, did) if sent is not None and did else sent,
        node=node,
        taken=drafting.keys(row.content) - {key},
        default="question",
        langs=langs,
        known=_known(row, key, langs),
        initial=flat(node, langs),
    )
    clashes: list[dict[str, str]] = []
    base = request.POST.get("base", fingerprint(node))
    if request.method == "POST" and not did and form.is_valid():
        values = data_of(form, node)
        try:
            drafts.edit(
                draft=row,
                change=drafting.set_question(key, values),
                did="question_changed",
                place=key,
                unchanged=lambda now: fingerprint(drafting.place(now, key).node) == base,
                by=request.principal,
            )
        except OutOfDate:
            clashes, base = _clashes(form, flat(node, langs)), fingerprint(node)
        else:
            messages.success(request, _("Saved."))
            if "stay" in request.POST:
                return redirect("assessments:draft-question", pk, values["key"])
            return redirect(back_to(pk, values["key"]))
    return render(
        request,
        "assessments/questionnaires/question.html",
        {
            "row": row,
            "form": form,
            "key": key,
            "title": drafting.said(node.get("text")) or key,
            "kind": dict(KINDS)[form.kind.value],
            "share": round(100 * drafting.shares(row.content)[key]),
            "others": sum(drafting.weight(one) for one in place.siblings) - drafting.weight(node),
            "rearranged": did,
            "behind": [
                (one.get("key"), drafting.said(one.get("text"))) for one in drafting.children(node)
            ],
            "base": base,
            "clashes": clashes,
            "back": back_to(pk, key),
            "crumbs": crumbs(row, _("Question")),
        },
        status=409 if clashes else 200,
    )
