"""Writing a draft: what it is about, its sections, its questions, its translations."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast
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
from assessments.draft_texts import languages, progress, texts
from assessments.forms.authoring import KINDS, AboutForm, QuestionForm, SectionForm, fingerprint
from assessments.forms.questions import data_of, flat
from assessments.models import Questionnaire
from assessments.services import drafts
from assessments.services.questionnaires import NotADraft
from assessments.views.questionnaires import MANAGE, ask, crumbs, found
from audit.errors import Invalid, OutOfDate


def _draft(pk: UUID) -> Questionnaire:
    row = found(pk)
    if not row.is_draft:
        raise NotADraft(_("This version was published. Copy it to change something."))
    return row


def _back(pk: UUID, key: str = "") -> str:
    return reverse("assessments:questionnaire", args=[pk]) + (f"#k-{key}" if key else "")


def _page(
    request: Request, row: Questionnaire, form: forms.Form, title: str, **more: Any
) -> HttpResponse:
    return render(
        request,
        "assessments/questionnaires/form.html",
        {
            "form": form,
            "title": title,
            "back": _back(row.pk),
            "crumbs": crumbs(row, title),
            **more,
        },
        status=409 if more.get("clashes") else 200,
    )


@page(MANAGE, everywhere=True)
def about(request: Request, pk: UUID) -> HttpResponse:
    """Title, key, version and languages."""
    row = _draft(pk)
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
            return redirect(_back(pk))
    return _page(request, row, form, _("About this questionnaire"))


@page(MANAGE, everywhere=True)
def section(request: Request, pk: UUID, key: str = "") -> HttpResponse:
    """Add or change a section."""
    row = _draft(pk)
    node = _section(row, key) if key else {}
    form = SectionForm(
        posted(request),
        taken=drafting.keys(row.content) - {key},
        default="section",
        initial=SectionForm.flat(node),
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
            clashes = _clashes(form, SectionForm.flat(node))
        else:
            messages.success(request, _("Saved."))
            return redirect(_back(pk, values["key"]))
    title = _("Section") if key else _("Add a section")
    return _page(request, row, form, title, base=fingerprint(node), clashes=clashes)


def _section(row: Questionnaire, key: str) -> dict[str, Any]:
    try:
        return drafting.section(row.content, key)
    except drafting.NotThere as error:
        raise Http404 from error


def _place(row: Questionnaire, key: str) -> drafting.Place:
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
    row = _draft(pk)
    gate = request.GET.get("gate", "")
    holder = _place(row, gate).section if gate else _section(row, request.GET.get("section", ""))
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
    return _page(request, row, form, _("Add a question"))


@page(MANAGE, everywhere=True)
def question(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Change a question of any kind."""
    row = _draft(pk)
    place = _place(row, key)
    node = place.node
    form = QuestionForm(
        posted(request),
        node=node,
        taken=drafting.keys(row.content) - {key},
        default="question",
        initial=flat(node),
    )
    clashes: list[dict[str, str]] = []
    if request.method == "POST" and form.is_valid():
        values = data_of(form, node)
        base = request.POST.get("base", fingerprint(node))
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
            clashes = _clashes(form, flat(node))
        else:
            messages.success(request, _("Saved."))
            if "stay" in request.POST:
                return redirect("assessments:draft-question", pk, values["key"])
            return redirect(_back(pk, values["key"]))
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
            "behind": [
                (one.get("key"), drafting.said(one.get("text"))) for one in drafting.children(node)
            ],
            "base": fingerprint(node),
            "clashes": clashes,
            "back": _back(pk, key),
            "crumbs": crumbs(row, _("Question")),
        },
        status=409 if clashes else 200,
    )


@page(MANAGE, everywhere=True)
def remove(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Delete a section or question, after asking."""
    row = _draft(pk)
    is_section = any(one.get("key") == key for one in drafting.sections(row.content))
    if is_section:
        node = _section(row, key)
        name, held = drafting.said(node.get("title")), len(node.get("questions") or [])
        change = drafting.remove_section(key)
    else:
        node = _place(row, key).node
        name, held = drafting.said(node.get("text")), len(drafting.children(node))
        change = drafting.remove_question(key)
    if request.method == "POST":
        drafts.edit(
            draft=row,
            change=change,
            did="section_removed" if is_section else "question_removed",
            place=key,
            by=request.principal,
        )
        messages.success(request, _("Deleted. “Undo” brings it back."))
        return redirect(_back(pk))
    return ask(
        request,
        row,
        title=_("Delete"),
        question=_("Delete “%(name)s”?") % {"name": name or key},
        text=_("%(count)d questions in it are deleted, too.") % {"count": held} if held else "",
        confirm_label=_("Delete"),
        danger=True,
    )


class PlaceForm(forms.Form):
    """Where a question goes."""

    to = forms.ChoiceField(label=lazy("Move it to"))


@page(MANAGE, everywhere=True)
def arrange(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Move a part up or down, copy a question, or put it elsewhere. GET asks where to."""
    row = _draft(pk)
    is_section = any(one.get("key") == key for one in drafting.sections(row.content))
    if not is_section:
        _place(row, key)
    form = PlaceForm(posted(request))
    cast("forms.ChoiceField", form.fields["to"]).choices = [
        (f"s {one.get('key')}", drafting.said(one.get("title")) or one.get("key"))
        for one in drafting.sections(row.content)
    ] + [
        (f"q {one.node['key']}", _("behind: %(text)s") % {"text": drafting.said(one.node["text"])})
        for one in drafting.places(row.content)
        if one.node.get("kind") in ("single", "multiple", "yes_no")
        and key not in {one.node.get("key"), *(gate.get("key") for gate in one.parents)}
    ]
    did = request.POST.get("do", "")
    by = {"up": -1, "down": 1}.get(did)
    if by is not None:
        shift = drafting.shift_section if is_section else drafting.shift_question
        drafts.edit(
            draft=row, change=shift(key, by), did="shifted", place=key, by=request.principal
        )
        return redirect(_back(pk, key))
    if did == "copy" and not is_section:
        drafts.edit(
            draft=row,
            change=drafting.duplicate_question(key, key),
            did="question_copied",
            place=key,
            by=request.principal,
        )
        messages.success(request, _("The copy stands below the question."))
        return redirect(_back(pk, key))
    if request.method == "POST" and not is_section and form.is_valid():
        sort, _blank, where = form.cleaned_data["to"].partition(" ")
        home = where if sort == "s" else str(_place(row, where).section["key"])
        drafts.edit(
            draft=row,
            change=drafting.put_question(
                key, section_key=home, gate=where if sort == "q" else None
            ),
            did="question_moved",
            place=key,
            by=request.principal,
        )
        return redirect(_back(pk, key))
    return _page(request, row, form, _("Move to another place"))


@page(MANAGE, everywhere=True)
def translate(request: Request, pk: UUID, lang: str) -> HttpResponse:
    """All texts of a section in one language beside the English ones (`?section=`)."""
    row = _draft(pk)
    if lang not in languages(row.content)[1:]:
        raise Http404
    keys = [str(one.get("key")) for one in drafting.sections(row.content)]
    here = request.GET.get("section", "") or (keys[0] if keys else "")
    places = [
        one
        for one in texts(row.content)
        if one.said("en") and (one.section == here or (not one.section and here == keys[0]))
    ]
    if request.method == "POST":
        words = {
            one.loc: request.POST[one.name]
            for one in places
            # Only what is as it was when the page was opened: somebody else may have moved it.
            if one.name in request.POST and request.POST.get(f"en.{one.name}") == one.said("en")
        }
        drafts.edit(
            draft=row,
            change=drafting.set_texts(words, lang),
            did="translated",
            place=f"{here} {lang}",
            by=request.principal,
        )
        messages.success(request, _("Saved."))
        address = reverse("assessments:draft-translate", args=[pk, lang])
        return redirect(f"{address}?section={here}")
    far = progress(row.content, lang)
    return render(
        request,
        "assessments/questionnaires/translate.html",
        {
            "row": row,
            "lang": lang,
            "here": here,
            "places": [(one, one.said("en"), one.said(lang)) for one in places],
            "sections": [
                (key, drafting.said(one.get("title")) or key, far.get(key))
                for key, one in zip(keys, drafting.sections(row.content), strict=True)
            ],
            "whole": far.get(""),
            "crumbs": crumbs(row, _("Translate")),
        },
    )
