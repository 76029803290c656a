"""Making, changing, deleting and publishing drafts of the scoring method."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.forms.boundfield import BoundField
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.posting import post_only
from accounts.proof import proved
from assessments.wording import language
from audit.errors import Invalid, OutOfDate
from scoring import method_words
from scoring.engine.method_file import MethodologyError
from scoring.engine.methodology import parse_methodology
from scoring.forms.methods import (
    WHY,
    FileForm,
    KnockOutRows,
    MethodForm,
    PublishForm,
    flat,
    folded,
    pack,
)
from scoring.models import Methodology
from scoring.selectors import methods
from scoring.selectors.runs import last_preview
from scoring.services import methodologies, publications
from scoring.services.methodologies import NotADraft
from scoring.views.methods import MANAGE, crumbs, found
from vendors.merging import merge
from vendors.views.vendors import words as in_words

#: The button that only asks for more rows.
MORE = "more_rows"


@page(MANAGE, everywhere=True)
def add(request: Request) -> HttpResponse:
    """A draft from a file. What is wrong in it is listed by path and line."""
    form = FileForm(posted(request), request.FILES or None)
    problems: list[tuple[int | None, str, str]] = []
    if request.method == "POST" and form.is_valid():
        text = form.cleaned_data["text"]
        try:
            draft = methodologies.from_file(text=text, by=request.principal)
        except MethodologyError as error:
            problems = [(one.line, one.place, method_words.told(one)) for one in error.problems]
            form = form.with_text(text)
        else:
            messages.success(request, _("Draft %(name)s was made.") % {"name": draft})
            return redirect("scoring:method", draft.pk)
    return render(
        request,
        "scoring/methods/add.html",
        {
            "form": form,
            "problems": problems,
            "has_errors": bool(problems),
            "in_force": methodologies.published(),
            "crumbs": [
                (_("Scoring method"), reverse("scoring:methods")),
                (_("New version from a file"), ""),
            ],
        },
    )


@page(MANAGE, everywhere=True)
def copy(request: Request, pk: UUID) -> HttpResponse:
    """A draft that begins as a copy of a version."""
    source = found(pk)
    if request.method == "POST":
        draft = methodologies.copy(source=source, by=request.principal)
        messages.success(request, _("Draft %(name)s was made.") % {"name": draft})
        return redirect("scoring:method_edit", draft.pk)
    return _ask(
        request,
        source,
        title=_("New draft"),
        question=_("Make a draft that begins as a copy of %(name)s?") % {"name": source},
        text=_("Nothing changes until it is published."),
        confirm_label=_("Make a draft"),
    )


@page(MANAGE, everywhere=True)
@post_only
def shipped(request: Request) -> HttpResponse:
    """A draft of the method that comes with this release."""
    draft = methodologies.from_shipped(by=request.principal)
    messages.success(request, _("Draft %(name)s was made.") % {"name": draft})
    return redirect("scoring:method", draft.pk)


@page(MANAGE, everywhere=True)
def delete(request: Request, pk: UUID) -> HttpResponse:
    """Delete a draft, after asking."""
    draft = _draft(pk)
    if request.method == "POST":
        methodologies.discard(draft=draft, by=request.principal)
        messages.success(request, _("The draft %(name)s was deleted.") % {"name": draft})
        return redirect("scoring:methods")
    return _ask(
        request,
        draft,
        title=_("Delete draft"),
        question=_("Delete the draft %(name)s?") % {"name": draft},
        text=_("It cannot be brought back. No score was ever made with it."),
        confirm_label=_("Delete draft"),
        danger=True,
    )


@page(MANAGE, everywhere=True)
def preview(request: Request, pk: UUID) -> HttpResponse:
    """Try a draft on the whole portfolio; nothing is written to any score."""
    draft = _draft(pk)
    if request.method == "POST":
        run = publications.preview(draft=draft, by=request.principal)
        return redirect("scoring:run", run.pk)
    return _ask(
        request,
        draft,
        title=_("Preview"),
        question=_("Try %(name)s on the whole portfolio?") % {"name": draft},
        text=_(
            "Every assessment is scored by it without writing anything. You see which bands would "
            "change and who would move most."
        ),
        confirm_label=_("Start the preview"),
    )


@page(MANAGE, everywhere=True)
@proved()
def publish(request: Request, pk: UUID) -> HttpResponse:
    """Put a draft in force, with a reason; everything is scored again with it."""
    draft = _draft(pk)
    form = PublishForm(posted(request), initial={"revision": draft.revision})
    before = methods.versions().get(pk=methodologies.published().pk)
    if request.method == "POST" and form.is_valid():
        try:
            run = publications.publish(
                draft=draft,
                revision=form.cleaned_data["revision"],
                reason=form.cleaned_data["reason"],
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        except OutOfDate:
            reason = form.cleaned_data["reason"]
            form = PublishForm(initial={"revision": draft.revision, "reason": reason})
            messages.warning(
                request,
                _(
                    "Somebody else has changed this draft since you opened the page. Look at what "
                    "differs now, and publish again if it is right."
                ),
            )
        else:
            messages.success(request, _("%(name)s is in force.") % {"name": draft})
            return redirect("scoring:run", run.pk)
    return render(
        request,
        "scoring/methods/publish.html",
        {
            "method": draft,
            "before": before,
            "form": form,
            "differing": list(method_words.differences(before.content, draft.content)),
            "unexplained": method_words.unexplained(before.content, draft.content),
            "unknown": methods.unknown_questions(draft.content.get("knock_outs", {})),
            "to_be_scored": methods.to_be_scored(),
            "counted": methods.COUNTED,
            "preview": last_preview(draft),
            "crumbs": crumbs(draft, (_("Publish"), "")),
        },
    )


@page(MANAGE, everywhere=True)
def edit(request: Request, pk: UUID) -> HttpResponse:
    """Change a draft. Where two people change the same value, both are shown."""
    draft = _draft(pk)
    asked = methods.questions()
    clashes: list[dict[str, str]] = []
    if request.method != "POST":
        form, rows = _opened(draft.revision, flat(draft.content), asked)
    else:
        form = MethodForm(request.POST)
        rows = KnockOutRows(asked, language(), data=_counted(request))
        if MORE in request.POST:
            form = MethodForm(initial={name: form[name].value() for name in form.fields})
            rows = KnockOutRows(asked, language(), typed=rows.typed())
        elif all([form.is_valid(), rows.is_valid()]):
            try:
                form, rows, clashes = _save(draft, form, rows, request)
            except MethodologyError as error:
                form.take(error.problems, rows)
            else:
                if not clashes:
                    messages.success(request, _("Saved."))
                    return redirect("scoring:method", pk)
    return render(
        request,
        "scoring/methods/edit.html",
        {
            "method": draft,
            "form": form,
            "rows": rows,
            "asked": asked,
            "clashes": clashes,
            "weights": list(_weights(form)),
            "crumbs": crumbs(draft, (_("Edit"), "")),
        },
        status=409 if clashes else 200,
    )


def _weights(form: MethodForm) -> Iterator[tuple[BoundField, str, int]]:
    """The field of each weight with its share of all, in words and as a whole number of 100."""
    fields = method_words.BY_KEY["dimensions"].parameters
    values = form.weights()
    total = sum(values) or 1
    for parameter, value in zip(fields, values, strict=True):
        share = value / total
        yield form[parameter.name], method_words.percent(share), round(100 * share)


def _counted(request: Request) -> Any:
    """What was sent, with the number of rows that a formset wants to know."""
    data = request.POST.copy()
    data.setdefault("knock-TOTAL_FORMS", "0")
    data.setdefault("knock-INITIAL_FORMS", "0")
    return data


def _opened(
    revision: int,
    values: Mapping[str, Any],
    asked: Mapping[str, methods.Asked],
    base: Mapping[str, Any] | None = None,
) -> tuple[MethodForm, KnockOutRows]:
    form = MethodForm(initial={**values, "base": pack(revision, base or values)})
    return form, KnockOutRows(asked, language(), rules=values["knock_outs"])


def _save(
    draft: Methodology, form: MethodForm, rows: KnockOutRows, request: Request
) -> tuple[MethodForm, KnockOutRows, list[dict[str, str]]]:
    """The form to go on with, and the values that somebody else changed too: saved if none."""
    revision, base = form.opened()
    rest = {"knock_outs": rows.rules(), "indicators": base["indicators"]}
    content = folded({**form.cleaned_data, **rest})
    try:
        methodologies.change(draft=draft, revision=revision, content=content, by=request.principal)
    except OutOfDate as refused:
        there: Methodology = refused.extra["current"]
        fixed = {"key": there.key, "version": int(there.version)}
        mine = flat(parse_methodology({**content, **fixed}).content)
        theirs = flat(there.content)
        merged = merge(base, mine, theirs)
        if merged.clashes:
            again = _opened(there.revision, merged.values, methods.questions(), theirs)
            return *again, _clash_rows(again[0], merged.clashes, merged.values, theirs)
        methodologies.change(
            draft=draft,
            revision=there.revision,
            content=folded(merged.values),
            by=request.principal,
        )
    return form, rows, []


def _clash_rows(
    form: MethodForm, names: tuple[str, ...], mine: Mapping[str, Any], theirs: Mapping[str, Any]
) -> list[dict[str, str]]:
    found = []
    for name in names:
        if name == "knock_outs":
            label, target = _("Knock-outs"), "knock-outs"
        elif name == "indicators":
            label, target = str(method_words.BY_KEY[name].title), "g-indicators"
        else:
            group = method_words.BY_KEY.get(name.removeprefix(WHY).partition("-")[0])
            label = str(form[name].label)
            if group is not None and group.title != label:
                label = f"{group.title}: {label}"
            target = form[name].id_for_label
        said = [_said(form, name, values[name]) for values in (mine, theirs)]
        found.append({"label": label, "target": target, "mine": said[0], "theirs": said[1]})
    return found


def _said(form: MethodForm, name: str, value: Any) -> str:
    if name == "indicators":
        return ", ".join(value) or _("empty")
    if name != "knock_outs":
        return in_words(form[name].field, value) if value != "" else _("empty")
    rules = [f"{key}: {method_words.rule(rule)}" for key, rule in value.items()]
    return "; ".join(rules) or _("as the questionnaires say")


def _draft(pk: UUID) -> Methodology:
    row = found(pk)
    if not row.is_draft:
        raise NotADraft(_("This version was published. Copy it to change something."))
    return row


def _ask(request: Request, row: Methodology, *, title: str, **context: Any) -> HttpResponse:
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": title,
            "cancel_url": reverse("scoring:method", args=[row.pk]),
            "crumbs": crumbs(row, (title, "")),
            **context,
        },
    )
