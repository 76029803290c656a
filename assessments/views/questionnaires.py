"""The list of questionnaires, one version, and the steps of its life."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.posting import post_only
from assessments import checking, drafting
from assessments.check_words import GROUPS, words
from assessments.draft_texts import languages, progress
from assessments.drafting import said
from assessments.forms.authoring import DIMENSIONS, KINDS, RESPONDENTS, AboutForm
from assessments.forms.draft_texts import language_name
from assessments.models import Questionnaire
from assessments.selectors import questionnaires as found_in
from assessments.services import drafts
from assessments.services import questionnaires as service
from audit.errors import Invalid, OutOfDate
from vendors.models import Engagement

MANAGE = Permission.MANAGE_QUESTIONNAIRES
PILLS = {"draft": "active", "published": "done", "retired": "stopped"}


def may_manage(request: Request) -> bool:
    """Whether they may write questionnaires."""
    return request.principal.units(MANAGE) is None


def found(pk: UUID) -> Questionnaire:
    """A version, whole."""
    return get_object_or_404(found_in.whole(), pk=pk)


def crumbs(row: Questionnaire, here: str = "") -> list[tuple[str, str]]:
    """The way to a version, and to a page below it."""
    way = [(_("Questionnaires"), reverse("assessments:questionnaires"))]
    way.append((str(row), reverse("assessments:questionnaire", args=[row.pk]) if here else ""))
    return [*way, (here, "")] if here else way


@page(Permission.VIEW)
def listed(request: Request) -> HttpResponse:
    """All versions of all questionnaires."""
    rows = [(row, PILLS[row.status]) for row in found_in.versions()]
    context = {"rows": rows, "may_manage": may_manage(request)}
    return render(request, "assessments/questionnaires/list.html", context)


@page(MANAGE, everywhere=True)
def add(request: Request) -> HttpResponse:
    """An empty draft."""
    form = AboutForm(posted(request), initial={"version": "1"})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            draft = drafts.start(
                key=given["key"],
                title=given["title"],
                version=given["version"],
                languages=["en", *given["languages"]],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            messages.success(request, _("The draft is there. Add its first section."))
            return redirect("assessments:questionnaire", draft.pk)
    title = _("New questionnaire")
    way = [(_("Questionnaires"), reverse("assessments:questionnaires")), (title, "")]
    return _form_page(request, form, title, reverse("assessments:questionnaires"), way)


def _form_page(
    request: Request,
    form: forms.Form,
    title: str,
    back: str,
    way: list[tuple[str, str]],
    **more: str,
) -> HttpResponse:
    return render(
        request,
        "assessments/questionnaires/form.html",
        {"form": form, "title": title, "back": back, "crumbs": way, **more},
    )


@page(Permission.VIEW)
def version(request: Request, pk: UUID) -> HttpResponse:
    """A version with its sections and questions; of a draft also what is wrong with it."""
    row = found(pk)
    manages = may_manage(request)
    checked = looked_through(row) if row.is_draft else None
    wrong = [one.section for one in checked.errors] if checked else []
    return render(
        request,
        "assessments/questionnaires/version.html",
        {
            "row": row,
            "pill": PILLS[row.status],
            "may_manage": manages,
            "may_edit": manages and row.is_draft,
            "sections": _structure(row.content, wrong),
            "errors": len(checked.errors) if checked else 0,
            "advice": len(checked.advice) if checked else 0,
            "first_errors": [linked(row, one) for one in checked.errors[:5]] if checked else [],
            "languages": [
                (lang, language_name(lang), progress(row.content, lang).get(""))
                for lang in languages(row.content)[1:]
            ],
            "last": found_in.last_state(row) if row.is_draft else None,
            "others": found_in.others(row),
            "crumbs": crumbs(row),
        },
    )


def looked_through(row: Questionnaire) -> checking.Checked:
    """What is wrong with a draft, or could be better."""
    before = found_in.origin(row)
    return checking.check(row.content, before.content if before else None)


@page(Permission.VIEW)
def check(request: Request, pk: UUID) -> HttpResponse:
    """All that is wrong or could be better, by what it is about, each with the way to mend it."""
    row = found(pk)
    checked = looked_through(row)
    groups = []
    for name, codes in GROUPS:
        problems = [one for one in checked.problems if one.code in codes]
        if problems:
            groups.append((name, [linked(row, one) for one in problems]))
    return render(
        request,
        "assessments/questionnaires/check.html",
        {
            "row": row,
            "may_edit": may_manage(request) and row.is_draft,
            "groups": groups,
            "errors": len(checked.errors),
            "advice": len(checked.advice),
            "crumbs": crumbs(row, _("Check")),
        },
    )


def _structure(content: Any, wrong: list[str]) -> list[dict[str, Any]]:
    dimensions, kind_words = dict(DIMENSIONS), dict(KINDS)
    respondents, tiers = dict(RESPONDENTS), dict(Engagement.Tier.choices)
    shares = drafting.shares(content)
    return [
        {
            "key": section.get("key"),
            "title": said(section.get("title")),
            "intro": said(section.get("intro")),
            "weight": f"{drafting.weight(section):g}",
            "share": round(100 * shares[str(section.get("key"))]),
            "dimension": dimensions.get(str(section.get("dimension")), ""),
            "errors": wrong.count(str(section.get("key"))),
            "questions": [
                {
                    "key": one.node.get("key"),
                    "text": said(one.node.get("text")),
                    "kind": kind_words.get(str(one.node.get("kind")), ""),
                    "depth": len(one.parents),
                    "weight": f"{drafting.weight(one.node):g}",
                    "share": round(100 * shares[str(one.node.get("key"))]),
                    "mandatory": one.node.get("mandatory"),
                    "knock_out": bool(one.node.get("knock_out")),
                    "respondent": respondents.get(str(one.node.get("respondent")), ""),
                    "evidence": one.node.get("evidence_expected", True),
                    "tier_above": tiers.get(str(one.node.get("min_tier", "")), ""),
                    "gate": bool(one.node.get("gate")),
                }
                for one in drafting.places({"sections": [section]})
            ],
        }
        for section in drafting.sections(content)
    ]


#: Where on its page a field stands, if not at `id_FIELD`.
_SPOTS = {"risk": "answers", "knock_out": "id_ko_at", "gate": "asked", "applies": "asked"}


def linked(row: Questionnaire, problem: checking.Problem) -> dict[str, Any]:
    """A finding in words, with the address at which it is mended."""

    def to(name: str, *more: str) -> str:
        return reverse(f"assessments:{name}", args=[row.pk, *more])

    field = problem.field.partition(" ")[0]
    lang = str(problem.params.get("lang", "en"))
    name = f"{field}.{lang}" if lang != "en" else field
    spot = f"#{_SPOTS.get(field, 'answers' if field == 'options' else f'id_{name}')}"
    if problem.code == "not_translated" or (
        field in ("label", "unit", "reason") and problem.code == "outdated"
    ):
        where = to("draft-translate", lang) + f"?section={problem.section}"
    elif problem.question:
        where = to("draft-question", problem.question) + (spot if field else "")
    elif field == "questions":
        where = to("draft-question-add") + f"?section={problem.section}"
    elif problem.section:
        where = to("draft-section", problem.section) + (spot if field else "")
    else:
        where = to("draft-section-add" if field == "sections" else "draft-about")
    return {
        "url": where,
        "name": _name(row, problem.question or problem.section) or _("Questionnaire"),
        "words": words(problem),
        "is_error": problem.is_error,
    }


def _name(row: Questionnaire, key: str) -> str:
    for one in drafting.sections(row.content):
        if one.get("key") == key:
            return said(one.get("title")) or key
    found_one = next((o for o in drafting.places(row.content) if o.node.get("key") == key), None)
    return said(found_one.node.get("text")) or key if found_one else key


@page(MANAGE, everywhere=True)
def copy(request: Request, pk: UUID) -> HttpResponse:
    """A draft that begins as a copy of a version."""
    source = found(pk)
    if request.method == "POST":
        draft = drafts.copy(source=source, by=request.principal)
        messages.success(request, _("Draft %(name)s was made.") % {"name": draft})
        return redirect("assessments:questionnaire", draft.pk)
    return ask(
        request,
        source,
        title=_("New draft"),
        question=_("Make a draft that begins as a copy of %(name)s?") % {"name": source},
        text=_("Nothing changes until it is published."),
        confirm_label=_("Make a draft"),
    )


@page(MANAGE, everywhere=True)
def delete(request: Request, pk: UUID) -> HttpResponse:
    """Delete a draft, after asking."""
    row = found(pk)
    if request.method == "POST":
        drafts.discard(draft=row, by=request.principal)
        messages.success(request, _("The draft was deleted."))
        return redirect("assessments:questionnaires")
    return ask(
        request,
        row,
        title=_("Delete draft"),
        question=_("Delete the draft %(name)s for good?") % {"name": row},
        text=_("This cannot be undone."),
        confirm_label=_("Delete draft"),
        danger=True,
    )


@page(MANAGE, everywhere=True)
def retire(request: Request, pk: UUID) -> HttpResponse:
    """Open no more assessments with a version, after asking."""
    row = found(pk)
    if request.method == "POST":
        service.retire(questionnaire=row, by=request.principal)
        messages.success(request, _("%(name)s is retired.") % {"name": row})
        return redirect("assessments:questionnaire", pk)
    return ask(
        request,
        row,
        title=_("Retire this version"),
        question=_("Open no more assessments with %(name)s?") % {"name": row},
        text=_("Assessments that use it go on. A retired version cannot be brought back: copy it."),
        confirm_label=_("Retire"),
        danger=True,
    )


@page(MANAGE, everywhere=True)
@post_only
def undo(request: Request, pk: UUID) -> HttpResponse:
    """Take back the last change of a draft."""
    row = found(pk)
    revision = request.POST.get("revision", "")
    seen = int(revision) if revision.isdecimal() else row.revision
    drafts.undo(draft=row, revision=seen, by=request.principal)
    messages.success(request, _("The last change was undone."))
    return redirect("assessments:questionnaire", pk)


class PublishForm(forms.Form):
    """The reason, and what becomes of the versions before."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    reason = forms.CharField(
        label=lazy("What is new, and why"), required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    retire_earlier = forms.BooleanField(
        label=lazy("Retire the earlier versions: they are not opened any more"), required=False
    )


@page(MANAGE, everywhere=True)
def publish(request: Request, pk: UUID) -> HttpResponse:
    """Freeze a draft and let it be used."""
    row = found(pk)
    service_draft = row.is_draft
    if not service_draft:
        raise service.NotADraft(_("This version was published. Copy it to change something."))
    form = PublishForm(posted(request), initial={"revision": row.revision})
    if request.method == "POST" and form.is_valid():
        try:
            service.publish_draft(draft=row, by=request.principal, **form.cleaned_data)
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except (OutOfDate, service.HasProblems) as refused:
            messages.warning(request, refused.message)
            return redirect("assessments:questionnaire", pk)
        else:
            messages.success(request, _("%(name)s is published.") % {"name": row})
            return redirect("assessments:questionnaire", pk)
    way = crumbs(row, _("Publish"))
    title = _("Publish %(name)s") % {"name": row}
    lead = _(
        "From then on nobody can change it. Assessments that are open keep their version until they"
        " are moved over; what was sent and every score stay as they are."
    )
    back = reverse("assessments:questionnaire", args=[pk])
    return _form_page(request, form, title, back, way, lead=lead, save_label=_("Publish"))


def ask(request: Request, row: Questionnaire, *, title: str, **context: Any) -> HttpResponse:
    """A page that asks before something happens to a version."""
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "cancel_url": reverse("assessments:questionnaire", args=[row.pk]),
            "crumbs": crumbs(row, title),
            **context,
        },
    )
