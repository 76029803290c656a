"""Checking the answers, handing them in, and the receipt."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from assessments.errors import Incomplete
from assessments.portal import paper
from assessments.portal.doors import Visit, show, visited
from assessments.portal.questions import Desk, VendorQuestion, desk, view
from assessments.selectors import portal
from assessments.selectors.assessments import schema_of
from assessments.services import assessments as service
from assessments.wording import language


@require_safe
@visited
def check(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """All answers in one list with links that change them and come back."""
    return check_page(request, visit)


def check_page(request: HttpRequest, visit: Visit, status: int = 200) -> HttpResponse:
    """The list; with the status of a refusal it says what is missing."""
    here = desk(visit)
    missing = portal.missing(visit.assessment, here.answers, visit.scope)
    questionnaire, lang = schema_of(visit.assessment), language()
    problems = [
        (
            f"row-{key}",
            _("Answer “%(question)s”")
            % {"question": questionnaire.by_key[key].question.text.text_for(lang)},
        )
        for key in missing
    ]
    answered, applicable = portal.total(
        portal.progress(visit.assessment, here.answers, visit.scope)
    )
    return show(
        request,
        "check",
        {
            "sections": _sections(visit, here, missing),
            "answered": answered,
            "applicable": applicable,
            "missing": len(missing),
            "blank": applicable - answered,
            "problems": problems if status != 200 else [],
            "has_errors": status != 200,
        },
        visit=visit,
        status=status,
    )


def _sections(visit: Visit, here: Desk, missing: list[str]) -> list[dict[str, Any]]:
    questionnaire, found = schema_of(visit.assessment), []
    for one in questionnaire.sections:
        keys = [key for key in here.asked if questionnaire.by_key[key].section == one.key]
        if not keys:
            continue
        rows = [_row(visit, view(here, questionnaire.by_key[key]), missing) for key in keys]
        found.append({"title": one.title.text_for(language()), "rows": rows})
    return found


def _row(visit: Visit, question: VendorQuestion, missing: list[str]) -> dict[str, Any]:
    base = visit.url("section", question.item.section)
    change = f"{base}?then=check#q-{question.key}" if question.may_change else ""
    return {"question": question, "needed": question.key in missing, "change_url": change}


@visited
def submit(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Hand the answers in, after a question whether to. Only who holds all of them may."""
    if not visit.may_answer:
        return redirect(visit.url("start"))
    if not visit.whole:
        raise Http404
    here = desk(visit)
    if portal.missing(visit.assessment, here.answers, visit.scope):
        return check_page(request, visit, status=Incomplete.status)
    if request.method == "POST":
        try:
            service.submit(assessment=visit.assessment, by=visit.principal)
        except Incomplete:
            return check_page(request, visit, status=Incomplete.status)
        return redirect(visit.url("receipt"))
    answered, applicable = portal.total(
        portal.progress(visit.assessment, here.answers, visit.scope)
    )
    return show(
        request,
        "submit",
        {"answered": answered, "applicable": applicable, "blank": applicable - answered},
        visit=visit,
    )


@require_safe
@visited
def receipt(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """What was handed in, when, by whom, and what happens next."""
    found = visit.assessment.receipts.order_by("-number").first() if visit.whole else None
    if found is None:
        return redirect(visit.url("start"))
    shown = paper.shown(found)
    return show(request, "receipt", {"receipt": found, "shown": shown}, visit=visit)


@require_safe
@visited
def receipt_pdf(request: HttpRequest, visit: Visit, number: int) -> HttpResponseBase:
    """The receipt to keep."""
    found = visit.assessment.receipts.filter(number=number).first() if visit.whole else None
    if found is None:
        raise Http404
    return paper.response(found)
