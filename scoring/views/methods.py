"""The versions of the scoring method: the list, one of them, two side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.principal import Principal
from assessments.wording import language
from scoring import method_words, words
from scoring.engine import method_file
from scoring.engine.methodology import DIMENSIONS
from scoring.forms.methods import CompareForm
from scoring.method_words import GROUPS
from scoring.models import Methodology, Run
from scoring.selectors import methods, runs
from scoring.services import methodologies

MANAGE: Final = Permission.MANAGE_METHODS
#: Kind of the pill of each status.
PILLS: Final[Mapping[str, str]] = {"draft": "active", "published": "done", "retired": "todo"}


def may_manage(principal: Principal) -> bool:
    """Whether they may make, change and publish versions."""
    return principal.units(MANAGE) is None


def crumbs(row: Methodology, *rest: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to a page about a version."""
    return [
        (_("Scoring method"), reverse("scoring:methods")),
        (str(row), reverse("scoring:method", args=[row.pk]) if rest else ""),
        *rest,
    ]


def found(pk: UUID) -> Methodology:
    """The version with this id."""
    return get_object_or_404(methods.versions(), pk=pk)


@page(Permission.VIEW)
@require_safe
def index(request: Request) -> HttpResponse:
    """Every version there is."""
    methodologies.published()
    rows = [
        (row, PILLS[row.status], None if row.is_draft else methods.scores_made(row))
        for row in methods.versions().defer("content")
    ]
    return render(
        request,
        "scoring/methods/list.html",
        {
            "rows": rows,
            "counted": methods.COUNTED,
            "in_force": next(row for row, pill, _count in rows if pill == PILLS["published"]),
            "only_one": len(rows) == 1,
            "shipped": methodologies.newer_shipped(),
            "sees_runs": request.principal.sees_all_units(),
            "may_manage": may_manage(request.principal),
        },
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """A group of parameters on the page of a version."""

    key: str
    title: str
    help: str
    sentence: str
    rows: list[tuple[Any, ...]]
    why: str


@page(Permission.VIEW)
@require_safe
def version(request: Request, pk: UUID) -> HttpResponse:
    """One version: what it says, in words and numbers; its file; its story."""
    row = found(pk)
    manages = may_manage(request.principal)
    before = methods.in_force() if row.is_draft else None
    run = None
    if request.principal.sees_all_units():
        run = runs.last_of(row, Run.Kind.PREVIEW if row.is_draft else Run.Kind.PUBLICATION)
    return render(
        request,
        "scoring/methods/version.html",
        {
            "method": row,
            "pill": PILLS[row.status],
            "groups": list(groups(row.content)),
            "rules": list(_rules(row.content)),
            "unknown": methods.unknown_questions(row.content.get("knock_outs", {})),
            "yaml": method_file.write(row.content),
            "made": None if row.is_draft else methods.scores_made(row),
            "standing": None if row.is_draft else methods.scores_standing(row),
            "counted": methods.COUNTED,
            "others": _others(row),
            "compare": _compare_form(row, initial=before or row.source),
            "run": run,
            "may_manage": manages,
            "crumbs": crumbs(row),
        },
    )


def groups(content: Mapping[str, Any]) -> Iterator[Shown]:
    """The groups of a content with their values in words."""
    for group in GROUPS:
        if group.key == "knock_outs":
            continue
        yield Shown(
            key=group.key,
            title=str(group.title),
            help=str(group.help),
            sentence=method_words.in_words(group.key, content),
            rows=list(_table(group, content)),
            why=content.get("rationale", {}).get(group.key, ""),
        )


def _table(group: method_words.Group, content: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    if group.key == "dimensions":
        weights = content["dimensions"]
        total = sum(weights.values())
        for key in DIMENSIONS:
            share = weights[key] / total
            said = method_words.percent(share)
            yield words.dimension(key), method_words.number(weights[key]), said, round(100 * share)
    elif group.key == "evidence":
        for credit, pessimistic in zip(group.parameters[::2], group.parameters[1::2], strict=True):
            values = (method_words.value_of(content, one.path) for one in (credit, pessimistic))
            yield str(credit.label), *(method_words.number(value) for value in values)
    elif group.key == "indicators":
        for one in group.parameters:
            value = method_words.value_of(content, one.path)
            said = method_words.indicator_words(content, one.path[1]) or _("not counted")
            yield method_words.label(one), method_words.number(value), said
    else:
        for one in group.parameters:
            value = method_words.value_of(content, one.path)
            yield method_words.label(one), method_words.shown(one, value)


def _rules(content: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """Every knock-out that holds or was switched off: the method's, then the questionnaires'."""
    rules, asked = content.get("knock_outs", {}), methods.questions()
    usual = [key for key, one in asked.items() if one.question.knock_out and key not in rules]
    for key in [*sorted(rules), *usual]:
        one = asked.get(key)
        own = one.question.knock_out if one else None
        said = method_words.rule_words(own.at / 10_000, own.floor, own.block) if own else ""
        yield {
            "key": key,
            "question": one.question.text.text_for(language()) if one else "",
            "rule": method_words.rule(rules[key]) if key in rules else said,
            "usual": said or _("no rule"),
            "own": "own" if key in rules else "",
        }


def _others(row: Methodology) -> list[tuple[str, str]]:
    return [
        (str(one.pk), f"{one} ({one.get_status_display()})")
        for one in methods.versions().defer("content")
        if one.pk != row.pk
    ]


def _compare_form(
    row: Methodology, data: Any = None, initial: Methodology | None = None
) -> CompareForm:
    chosen = {"other": str(initial.pk)} if initial is not None else {}
    return CompareForm(data, versions=_others(row), initial=chosen)


@page(Permission.VIEW)
@require_safe
def yaml_file(request: Request, pk: UUID) -> HttpResponse:
    """The file of a version."""
    row = found(pk)
    return HttpResponse(
        method_file.write(row.content),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{row.key}-{row.version}.yaml"'},
    )


@page(Permission.VIEW)
@require_safe
def compare(request: Request, pk: UUID) -> HttpResponse:
    """Two versions side by side: whatever differs."""
    row = found(pk)
    form = _compare_form(row, request.GET if "other" in request.GET else None)
    other = None
    if form.is_bound and form.is_valid():
        other = found(UUID(form.cleaned_data["other"]))
    differing = list(method_words.differences(other.content, row.content)) if other else []
    return render(
        request,
        "scoring/methods/compare.html",
        {
            "method": row,
            "other": other,
            "form": form,
            "differing": differing,
            "crumbs": crumbs(row, (_("Compare"), "")),
        },
    )
