"""Translating a draft: all texts of a section in one language beside the English ones."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page
from assessments import drafting
from assessments.draft_texts import languages, named, outdated, progress, texts
from assessments.draft_words import FIELDS
from assessments.forms.draft_texts import language_name
from assessments.selectors import questionnaires as found_in
from assessments.services import drafts
from assessments.views.draft_parts import draft_of
from assessments.views.questionnaires import MANAGE, crumbs


@page(MANAGE, everywhere=True)
def translate(request: Request, pk: UUID, lang: str) -> HttpResponse:
    """All texts of a section in one language beside the English ones (`?section=`)."""
    row = draft_of(pk)
    if lang not in languages(row.content)[1:]:
        raise Http404
    keys = [str(one.get("key")) for one in drafting.sections(row.content)]
    first = keys[0] if keys else ""
    here = request.GET.get("section") or first
    places = [
        one
        for one in texts(row.content)
        if one.said("en") and (one.section == here or (not one.section and here == first))
    ]
    typed = {one.name: request.POST[one.name] for one in places if one.name in request.POST}
    clashing = {
        one.name
        for one in places
        if one.name in typed
        and typed[one.name].strip() != one.said(lang)
        and (
            request.POST.get(f"en.{one.name}") != one.said("en")
            or request.POST.get(f"was.{one.name}", one.said(lang)) != one.said(lang)
        )
    }
    if request.method == "POST" and not clashing:
        drafts.edit(
            draft=row,
            change=drafting.set_texts(
                {one.loc: typed[one.name] for one in places if one.name in typed}, lang
            ),
            did="translated",
            place=f"{here} {lang}",
            # Texts are found by where they stand, so nothing may have moved since they were read.
            unchanged=lambda now: now == row.content,
            by=request.principal,
        )
        messages.success(request, _("Saved."))
        address = reverse("assessments:draft-translate", args=[pk, lang])
        return redirect(f"{address}?section={here}")
    far, origin = progress(row.content, lang), found_in.origin(row)
    late = outdated(row.content, origin.content if origin else None, lang)
    return render(
        request,
        "assessments/questionnaires/translate.html",
        {
            "row": row,
            "lang": lang,
            "name": language_name(lang),
            "here": here,
            "places": [
                {
                    "name": one.name,
                    "english": one.said("en"),
                    "typed": typed.get(one.name, one.said(lang)),
                    "saved": one.said(lang),
                    "outdated": named(one) in late,
                    "clashes": one.name in clashing,
                    "what": FIELDS[one.field],
                    "question": one.question,
                }
                for one in places
            ],
            "clashing": len(clashing),
            "late": len(late),
            "sections": [
                (key, drafting.said(one.get("title")) or key, far.get(key))
                for key, one in zip(keys, drafting.sections(row.content), strict=True)
            ],
            "whole": far.get(""),
            "crumbs": crumbs(row, _("Translate")),
        },
        status=409 if clashing else 200,
    )
