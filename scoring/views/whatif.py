"""What if: change something, and see the score move. Everything is in the address."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final
from uuid import UUID

from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts import number_fields, typed_numbers
from accounts.doors import Request, page
from accounts.permissions import Permission
from assessments.models import Assessment
from assessments.selectors.assessments import visible_to
from audit import csv_file
from scoring import beside, editor, links
from scoring.editor import Typed
from scoring.links import address
from scoring.models import CurrentScore
from scoring.selectors import methods
from scoring.selectors.labels import lang
from scoring.selectors.scenario import Base, Entry, Problem, Scenario, read
from scoring.selectors.scores import NotReproducible, current_of
from scoring.selectors.whatif import Outcome, base_of, what_if

#: Parameters that say what is shown, not what is otherwise.
_SHOWN: Final = ("show", "q", "only", "since")
_KINDS: Final = ("answer", "state", "proof", "intake", "weight")


@page(Permission.READ_SCORES)
@require_safe
@never_cache
def what_if_page(request: Request, pk: UUID) -> HttpResponse:
    """The score of an assessment beside what it would be. Nothing is written."""
    assessment = _found(request, pk)
    current = current_of(pk)
    context = _heading(assessment, current)
    if current is None:
        return render(request, "scoring/whatif.html", context)
    try:
        base = base_of(assessment, current)
    except NotReproducible:
        return render(request, "scoring/whatif.html", {**context, "other_version": True})
    entries, unread = _entries(request.GET, base)
    scenario, refused = read(base, entries)
    problems = [*unread, *refused]
    asked = _view(request.GET, current, scenario)
    if problems and not asked.keys() & {"show", "q", "only"}:
        asked |= _where_it_is_wrong(base, problems)
    wanted = [*scenario.pairs(), *asked.items()]
    if not problems and wanted != _pairs(request.GET):
        return HttpResponseRedirect(links.what_if(pk, wanted))
    outcome = what_if(base, scenario)
    context |= _changed(base, outcome, asked)
    context |= _editor(base, outcome, asked, _typed(request.GET, problems))
    shown = [*context["controls"], *context["results"]]
    context |= {
        "problems": [(_place(problem, shown), _told(problem)) for problem in problems],
        "has_errors": bool(problems),
        "moved_since": bool(scenario) and asked.get("since") != _name_of(current),
        "again_url": links.what_if(pk, [*scenario.pairs(), *_without(asked, "since")]),
    }
    if not problems:
        context |= beside.compared(base, outcome, links.what_if_file(pk, scenario.pairs()))
        context["cuts"] = methods.parameters(current.methodology_id).band_cuts_milli
    # To htmx, a page that says what is wrong is an answer like any other: it has to be shown.
    status = 400 if problems and not request.htmx else 200
    return render(request, "scoring/whatif.html", context, status=status)


@page(Permission.READ_SCORES)
@require_safe
@never_cache
def csv(request: Request, pk: UUID) -> HttpResponseBase:
    """The parts of both scores as a file; to the page where nothing can be worked out."""
    outcome = _outcome(_found(request, pk), request.GET)
    if outcome is None:
        return HttpResponseRedirect(links.what_if(pk, _pairs(request.GET)))
    return csv_file.stream(f"what-if-{pk}.csv", beside.head(), list(beside.lines(outcome)))


def _outcome(assessment: Assessment, query: QueryDict) -> Outcome | None:
    """What the address comes to; None without a score to start from, or where it is wrong."""
    current = current_of(assessment.pk)
    if current is None:
        return None
    try:
        base = base_of(assessment, current)
    except NotReproducible:
        return None
    entries, unread = _entries(query, base)
    scenario, refused = read(base, entries)
    return None if unread or refused else what_if(base, scenario)


def _pairs(query: QueryDict) -> list[tuple[str, str]]:
    return [(name, value) for name, values in query.lists() for value in values]


def _found(request: Request, pk: UUID) -> Assessment:
    rows = visible_to(request.principal, Permission.READ_SCORES)
    rows = rows.select_related("questionnaire", "vendor", "engagement", "unit")
    return get_object_or_404(rows, pk=pk)


def _heading(assessment: Assessment, current: CurrentScore | None) -> dict[str, Any]:
    vendor, card = assessment.vendor, address("scoring:scorecard", assessment.pk)
    return {
        "crumbs": [
            (_("Vendors"), address("scoring:vendors")),
            (vendor.name, address("scoring:vendor", vendor.pk)),
            (_("Score"), card),
            (_("What if"), ""),
        ],
        "assessment": assessment,
        "current": current,
        "card_url": card,
        "page_url": links.what_if(assessment.pk),
        "draft": assessment.status in {Assessment.Status.DRAFT, Assessment.Status.SENT},
        "behind": current is not None and current.inputs_version < assessment.inputs_version,
    }


def _entries(query: QueryDict, base: Base) -> tuple[list[Entry], list[Problem]]:
    """What the address asks for, and what of it cannot be read. Empty parameters ask nothing."""
    entries: list[Entry] = []
    unread: list[Problem] = []
    for given, values in query.lists():
        name = given.removeprefix(editor.TYPED)
        kind, _dot, key = name.partition(".")
        known = (kind in _KINDS and key) or name in {"kappa", "p"}
        if not known and name not in _SHOWN:
            unread.append(Problem(name, _("This parameter is not known here.")))
        if not known:
            continue
        for value in (one for one in values if one.strip()):
            if given != name:
                try:
                    entries.append(Entry(kind, key, _number(value, base, kind, key), name))
                except ValidationError as refused:
                    unread.append(Problem(name, str(refused.message)))
            elif kind == "answer" and value.startswith(editor.MARK):
                entries.append(Entry("state", key, value.removeprefix(editor.MARK), name))
            else:
                entries.append(Entry(kind, key, value, name))
    return entries, unread


def _number(typed: str, base: Base, kind: str, key: str) -> str:
    """The plain form of a number that was typed as an answer or a parameter of the method."""
    item = base.questionnaire.by_key.get(key) if kind == "answer" else None
    curve = item.question.curve if item else None
    try:
        return number_fields.plain(typed, whole=curve is not None and curve.whole)
    except typed_numbers.NoNumber as error:
        said = _("Enter a number in figures, such as 12 or 12.5.")
        raise ValidationError(said) from error


def _view(query: QueryDict, current: CurrentScore, scenario: Scenario) -> dict[str, str]:
    """What is shown, in a fixed order; and the score from which the scenario started."""
    asked = {name: query.get(name, "").strip()[:200] for name in _SHOWN}
    if asked["only"] not in dict(editor.NARROWING):
        asked["only"] = ""
    if not scenario:
        asked["since"] = ""
    elif not asked["since"]:
        asked["since"] = _name_of(current)
    return {name: value for name, value in asked.items() if value}


def _name_of(current: CurrentScore) -> str:
    """Enough of the digest to tell one score from another."""
    return bytes(current.digest).hex()[:12]


def _without(asked: Mapping[str, str], *names: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in asked.items() if name not in names]


def _typed(query: QueryDict, problems: Sequence[Problem]) -> Typed:
    given = {name.removeprefix(editor.TYPED): values for name, values in query.lists()}
    return Typed(given=given, problems={one.where: one.message for one in problems})


def _where_it_is_wrong(base: Base, problems: Sequence[Problem]) -> dict[str, str]:
    """The section in which the first problem can be put right, to be opened."""
    for problem in problems:
        kind, _dot, key = problem.where.partition(".")
        if kind in {"weight", "kappa", "p"}:
            return {"show": editor.METHOD}
        if kind == "intake":
            return {"show": editor.ENGAGEMENT}
        if key in base.assessment.questions:
            return {"show": base.questionnaire.by_key[key].section}
    return {}


def _place(problem: Problem, shown: Sequence[editor.Control]) -> str:
    """The id of the input that a problem is about; "" where the page shows none."""
    kind, _dot, key = problem.where.partition(".")
    about = f"answer.{key}" if kind in {"state", "proof"} else problem.where
    return next((f"c-{one.key}" for one in shown if one.name == about), "")


def _told(problem: Problem) -> str:
    return f"{problem.where}: {problem.message}"


def _changed(base: Base, outcome: Outcome, asked: Mapping[str, str]) -> dict[str, Any]:
    """The changes, each with its effect alone and the way to undo it."""
    pairs = outcome.scenario.pairs()
    rows = []
    for one in outcome.tried:
        own = one.scenario.pairs()
        rest = [pair for pair in pairs if pair not in own]
        rows.append(
            {
                "text": beside.name_of(base, one),
                "was": beside.was(base, one),
                "now": beside.now(base, one),
                "alone": one.alone,
                "counts": one.kind != "answer" or one.key in outcome.visible,
                "revealed": one.kind == "answer" and one.key in outcome.revealed,
                "undo_url": links.what_if(base.assessment.pk, [*rest, *asked.items()]),
            }
        )
    count = len(list(outcome.scenario.each()))
    return {
        "changes": rows,
        "changes_title": ngettext("%(count)s change", "%(count)s changes", count)
        % {"count": count},
        "clear_url": links.what_if(base.assessment.pk, _without(asked, "since")),
    }


def _editor(base: Base, outcome: Outcome, asked: Mapping[str, str], typed: Typed) -> dict[str, Any]:
    scenario, pk = outcome.scenario, base.assessment.pk
    show, text, only = (asked.get(name, "") for name in ("show", "q", "only"))
    found = editor.matching(base, outcome, text, only) if text or only else []
    pairs = scenario.pairs()

    def opened(key: str) -> bool:
        return show == key

    def url(key: str) -> str:
        # The open one is closed by its own link.
        view = [("show", key)] if show != key else []
        return links.what_if(pk, [*pairs, *view, *_without(asked, "show", "q", "only")])

    def group(key: str, title: str, changed: int) -> editor.Group:
        return editor.Group(key, title, changed, url(key), opened(key))

    titles = {one.key: one.title.text_for(lang()) for one in base.questionnaire.sections}
    section_of = {key: base.questionnaire.by_key[key].section for key in scenario.answers}
    groups = [
        group(editor.ENGAGEMENT, _("The engagement: what is entrusted"), len(scenario.intake)),
        *(
            group(key, titles[key], list(section_of.values()).count(key))
            for key in base.assessment.sections
        ),
        group(
            editor.METHOD,
            _("The method: weights and parameters"),
            len(scenario.weights) + len(scenario.method),
        ),
    ]
    if show == editor.ENGAGEMENT:
        controls = editor.facts(base, scenario, typed)
    elif show == editor.METHOD:
        controls = editor.method(base, scenario, typed)
    else:
        controls = editor.controls(base, outcome, editor.asked(base, outcome, show), typed)
    results = editor.controls(base, outcome, found[: editor.FOUND], typed)
    return {
        "groups": groups,
        "controls": controls,
        "carried": _carried(pairs, controls, asked),
        "results": results,
        "results_carried": _carried(pairs, results, asked),
        "results_total": len(found),
        "searched": bool(text or only),
        "q": text,
        "only": only,
        "narrowing": editor.NARROWING,
        "filter_carried": [*pairs, *_without(asked, "q", "only")],
        "unfilter_url": links.what_if(pk, [*pairs, *_without(asked, "q", "only")]),
    }


def _carried(
    pairs: Sequence[tuple[str, str]],
    controls: Sequence[editor.Control],
    asked: Mapping[str, str],
) -> list[tuple[str, str]]:
    """The hidden part of a form: all that is changed elsewhere, and what is shown."""
    keys = {one.key for one in controls}
    names = {one.name for one in controls}
    return [
        *(
            (name, value)
            for name, value in pairs
            if name not in names
            and not (
                name.partition(".")[0] in {"answer", "state", "proof"}
                and name.partition(".")[2] in keys
            )
        ),
        *asked.items(),
    ]
