"""The parts of a draft in their order: moved, copied, deleted, weighed, answered another way.

Each form holds the revision that was on the screen. Where somebody else has changed the same part
since, nothing happens: both states are shown, and whoever wanted something says it again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, cast
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext

from accounts.doors import Request, page, posted
from assessments import drafting, kinds
from assessments.draft_words import DID, LOST, lines, orders
from assessments.drafting import Content, Edit
from assessments.forms.authoring import KINDS
from assessments.forms.weights import WeightsForm
from assessments.models import Questionnaire
from assessments.selectors import questionnaires as found_in
from assessments.services import drafts
from assessments.views.draft_parts import back_to, draft_of, form_page, place_of, section_of
from assessments.views.questionnaires import MANAGE, ask, crumbs
from audit.errors import OutOfDate

#: What a step is about, as lines of (name, words); the same lines mean that nothing was changed.
Part = Callable[[Content], Mapping[str, str]]


def _whole(key: str) -> Part:
    return lambda content: lines(content, key)


def _order(key: str) -> Part:
    return lambda content: orders(content, key)


def _is_section(row: Questionnaire, key: str) -> bool:
    return any(one.get("key") == key for one in drafting.sections(row.content))


def _did(
    request: Request, row: Questionnaire, key: str, *, change: Edit, did: str, part: Part
) -> HttpResponse | None:
    """Do it, unless the part is not as it was on the screen: then a page with both states."""
    sent = request.POST.get("revision", "")
    seen = found_in.content_at(row, int(sent)) if sent.isdecimal() else row.content
    before = _part(part, seen) if seen is not None else {}
    try:
        drafts.edit(
            draft=row,
            change=change,
            did=did,
            place=key,
            unchanged=lambda now: part(now) == before,
            by=request.principal,
        )
    except OutOfDate as error:
        now = error.extra["current"]
        after = part(now.content)
        return render(
            request,
            "assessments/questionnaires/stale.html",
            {
                "row": now,
                "rows": [
                    (name, before.get(name, ""), after.get(name, ""))
                    for name in [*before, *(one for one in after if one not in before)]
                    if before.get(name) != after.get(name)
                ],
                "sent": [
                    (name, value)
                    for name in request.POST
                    if name not in ("csrfmiddlewaretoken", "revision")
                    for value in request.POST.getlist(name)
                ],
                "back": back_to(row.pk, key),
                "crumbs": crumbs(now, _("Changed meanwhile")),
            },
            status=409,
        )
    return None


def _part(part: Part, content: Content) -> Mapping[str, str]:
    try:
        return part(content)
    except drafting.NotThere:
        return {}


@page(MANAGE, everywhere=True)
def remove(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Delete a section or question, after asking."""
    row = draft_of(pk)
    is_section = _is_section(row, key)
    if is_section:
        node = section_of(row, key)
        name, change = drafting.said(node.get("title")), drafting.remove_section(key)
        held = len([*drafting.places({"sections": [node]})])
    else:
        node = place_of(row, key).node
        name, change = drafting.said(node.get("text")), drafting.remove_question(key)
        held = len([*drafting.places({"sections": [{"questions": [node]}]})]) - 1
    if request.method == "POST":
        did = "section_removed" if is_section else "question_removed"
        stale = _did(request, row, key, change=change, did=did, part=_whole(key))
        if stale is None:
            messages.success(request, _("Deleted. “Undo the last change” brings it back."))
        return stale or redirect(back_to(pk))
    held_words = ngettext(
        "%(count)d question in it is deleted, too.",
        "%(count)d questions in it are deleted, too.",
        held,
    ) % {"count": held}
    return ask(
        request,
        row,
        title=_("Delete"),
        question=_("Delete “%(name)s”?") % {"name": name or key},
        text=held_words if held else _("“Undo the last change” brings it back."),
        confirm_label=_("Delete"),
        danger=True,
        hidden_values=[("revision", row.revision)],
    )


@page(MANAGE, everywhere=True)
def history(request: Request, pk: UUID) -> HttpResponse:
    """The last changes of a draft. POST goes back to how it was before one of them (`state`)."""
    row = draft_of(pk)
    states = found_in.states_of(row)
    if request.method == "POST":
        wanted = request.POST.get("state", "")
        state = next((one for one in states if str(one.pk) == wanted), None)
        if state is None:
            raise Http404
        drafts.restore(draft=row, state=state, by=request.principal)
        messages.success(request, _("The draft is as it was then. That can be undone, too."))
        return redirect(back_to(pk))
    return render(
        request,
        "assessments/questionnaires/history.html",
        {
            "row": row,
            "states": [(one, DID.get(one.did, one.did.replace("_", " "))) for one in states],
            "most": drafts.STATES,
            "crumbs": crumbs(row, _("Changes")),
        },
    )


class PlaceForm(forms.Form):
    """Where a question goes."""

    to = forms.ChoiceField(label=lazy("Move it to"))

    def __init__(self, *args: Any, row: Questionnaire, key: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["to"]).choices = [
            (
                drafting.said(section.get("title")) or section.get("key"),
                [
                    (f"s {section.get('key')}", _("At the end of the section")),
                    *_gates(section, key),
                ],
            )
            for section in drafting.sections(row.content)
        ]


def _gates(section: Mapping[str, Any], key: str) -> list[tuple[str, str]]:
    return [
        (
            f"q {one.node['key']}",
            _("behind: %(text)s") % {"text": drafting.said(one.node.get("text"))},
        )
        for one in drafting.places({"sections": [section]})
        if one.node.get("kind") in kinds.CHOSEN
        and key not in {one.node.get("key"), *(gate.get("key") for gate in one.parents)}
    ]


@page(MANAGE, everywhere=True)
def arrange(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Move a part up or down, copy a question, or put it elsewhere. GET asks where to."""
    row = draft_of(pk)
    is_section = _is_section(row, key)
    if not is_section:
        place_of(row, key)
    form = PlaceForm(posted(request), row=row, key=key)
    did = request.POST.get("do", "")
    by = {"up": -1, "down": 1}.get(did)
    stale: HttpResponse | None = None
    if by is not None:
        shift = drafting.shift_section if is_section else drafting.shift_question
        stale = _did(request, row, key, change=shift(key, by), did="shifted", part=_order(key))
    elif did == "copy" and not is_section:
        copy = drafting.duplicate_question(key, key)
        stale = _did(request, row, key, change=copy, did="question_copied", part=_whole(key))
        if stale is None:
            messages.success(request, _("The copy stands below the question."))
    elif request.method == "POST" and not is_section and form.is_valid():
        sort, _blank, where = form.cleaned_data["to"].partition(" ")
        home = where if sort == "s" else str(place_of(row, where).section["key"])
        put = drafting.put_question(key, section_key=home, gate=where if sort == "q" else None)
        stale = _did(request, row, key, change=put, did="question_moved", part=_order(key))
    elif is_section:
        raise Http404
    else:
        return form_page(
            request,
            row,
            form,
            _("Move to another place"),
            lead=drafting.said(place_of(row, key).node.get("text")),
            back=back_to(pk, key),
        )
    return stale or redirect(back_to(pk, key))


class KindForm(forms.Form):
    """How a question is answered."""

    kind = forms.ChoiceField(
        label=lazy("How it is answered"), choices=KINDS, widget=forms.RadioSelect
    )


@page(MANAGE, everywhere=True)
def kind(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Let a question be answered in another way; what is lost is said first."""
    row = draft_of(pk)
    node = place_of(row, key).node
    form = KindForm(posted(request), initial={"kind": node.get("kind")})
    loses: list[str] = []
    if request.method == "POST" and form.is_valid():
        wanted = form.cleaned_data["kind"]
        loses = [str(LOST[word]) % {"count": count} for word, count in kinds.lost(node, wanted)]
        if not loses or "sure" in request.POST:
            change = kinds.set_kind(key, wanted)
            stale = _did(request, row, key, change=change, did="kind_changed", part=_whole(key))
            if stale is None:
                messages.success(request, _("Saved. Now look at its answers and risks."))
            return stale or redirect("assessments:draft-question", pk, key)
    return form_page(
        request,
        row,
        form,
        _("How it is answered"),
        template="kind",
        lead=drafting.said(node.get("text")) or key,
        loses=loses,
        back=back_to(pk, key),
    )


@page(MANAGE, everywhere=True)
def weights(request: Request, pk: UUID, key: str = "") -> HttpResponse:
    """All weights of a section side by side with their shares, or those of all sections."""
    row = draft_of(pk)
    if key:
        section_of(row, key)
    form = WeightsForm(posted(request), content=row.content, key=key)
    if request.method == "POST" and form.is_valid():
        change = drafting.set_weights(form.weights())
        stale = _did(request, row, key, change=change, did="weights_changed", part=form.shown)
        if stale is None:
            messages.success(request, _("Saved."))
        return stale or redirect(back_to(pk, key))
    return form_page(
        request,
        row,
        form,
        _("Weights"),
        template="weights",
        groups=form.groups(),
        lead=drafting.said(section_of(row, key).get("title")) if key else _("All sections"),
        sections=[
            (one.get("key"), drafting.said(one.get("title")) or one.get("key"))
            for one in drafting.sections(row.content)
        ],
        here=key,
        back=back_to(pk, key),
    )
