"""Filling in: the task list, the section pages, autosave, and two people at once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.posting import post_only
from assessments import workflow
from assessments.errors import Conflict, Frozen, InvalidAnswers
from assessments.forms.assessments import AnswersForm, items_of, name_of
from assessments.forms.conflicts import both_sides, conflict_data
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import (
    SectionProgress,
    answers_of,
    is_overdue,
    progress,
    schema_of,
    visible_questions,
)
from assessments.selectors.files import filled_workbooks_of
from assessments.selectors.moves import newer, to_confirm
from assessments.selectors.renewals import offers
from assessments.selectors.rework import changeable_keys
from assessments.services import answers as service
from assessments.services import moves
from assessments.services import offers as offering
from assessments.services.answers import AnswerInput
from assessments.services.locking import roles_of
from assessments.views import way_back
from assessments.views.beside import with_all_beside
from assessments.views.own_score import of_assessment as own_score_of
from assessments.views.parts import (
    address,
    crumbs,
    found,
    may_fill_in,
    question_view,
    score_links,
)
from assessments.views.talking import address_of, unread
from assessments.views.whose import not_theirs, not_theirs_json, somebody_else
from assessments.wording import PILLS, language
from audit import clock
from audit.errors import Refused

_STATUS = {"done": "done", "active": "active", "todo": "todo"}


@page(Permission.VIEW)
def task_list(request: Request, pk: UUID) -> HttpResponse:
    """The start, and every return: the sections, how far each is, and what is missing."""
    assessment = found(request, pk)
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    fills = may_fill_in(request, assessment)
    shown = progress(questionnaire, assessment, answers)
    principal, unit_id = request.principal, assessment.unit_id
    actions = workflow.allowed_actions(assessment.status)
    mine = workflow.allowed_actions(assessment.status, roles_of(principal, unit_id))
    reviews = principal.can(Permission.REVIEW, unit_id)
    opens = principal.can(Permission.OPEN_ASSESSMENTS, unit_id)
    return render(
        request,
        "assessments/task_list.html",
        {
            "assessment": assessment,
            "questionnaire": questionnaire,
            "title": questionnaire.title.text_for(language()),
            "pill": PILLS[assessment.status],
            "overdue": is_overdue(assessment),
            "tasks": [_task(assessment, section, fills) for section in shown],
            "missing": sum(len(section.missing) for section in shown),
            "fills": fills,
            "next_section": next((one for one in shown if one.status != "done"), None),
            "may": {
                "plan": opens and assessment.status in Assessment.OPEN,
                "cancel": opens and workflow.Action.CANCEL in actions,
                "review": reviews and assessment.status == "in_review",
                "take": reviews and workflow.Action.TAKE in actions,
                "hand_over": workflow.Action.HAND_OVER in mine,
                "put_back": workflow.Action.PUT_BACK in mine,
                "take_back": workflow.Action.TAKE_BACK in mine,
                "widen": workflow.Action.WIDEN in mine and assessment.rework is not None,
                "reopen": reviews and workflow.Action.REOPEN in actions,
            },
            **_versions(request, assessment),
            **score_links(request, assessment),
            "own": own_score_of(assessment, answers),
            "workbooks": filled_workbooks_of(assessment),
            "unread": unread(request, assessment),
            "vendor_url": address("scoring:vendor", assessment.vendor_id),
            "crumbs": crumbs(assessment),
        },
    )


def _versions(request: Request, assessment: Assessment) -> dict[str, Any]:
    """A newer version to move to, and answers that a move has left to be confirmed."""
    if not workflow.is_editable(assessment.status):
        return {}
    may = moves.may_move(request.principal, assessment.unit_id)
    return {
        "newer": newer(assessment) if may else None,
        "may_move": may,
        "to_confirm": len(to_confirm(assessment)),
    }


def _task(assessment: Assessment, section: SectionProgress, fills: bool) -> dict[str, Any]:
    words = {
        "done": _("Done"),
        "todo": _("Not started"),
        "active": _("%(done)d of %(all)d") % {"done": section.answered, "all": section.applicable},
    }
    hints = [section.section.intro.text_for(language())]
    if section.missing:
        hints.append(
            ngettext(
                "%(count)d question must be answered before you can submit.",
                "%(count)d questions must be answered before you can submit.",
                len(section.missing),
            )
            % {"count": len(section.missing)}
        )
    if section.queried:
        hints.append(
            ngettext(
                "A reviewer asks about %(count)d answer.",
                "A reviewer asks about %(count)d answers.",
                section.queried,
            )
            % {"count": section.queried}
        )
    page_name = "assessments:section" if fills else "assessments:answers"
    url = (
        reverse(page_name, args=[assessment.pk, section.key])
        if fills
        else reverse(page_name, args=[assessment.pk]) + f"#{section.key}"
    )
    return {
        "name": section.section.title.text_for(language()),
        "url": url,
        "kind": "attention" if section.queried else _STATUS[section.status],
        "status": _("Queried") if section.queried else words[section.status],
        "hint": " ".join(hints),
    }


@page(Permission.VIEW)
def section(request: Request, pk: UUID, key: str) -> HttpResponse:
    """One section: every question with its answer; saved as one, or by itself as you go."""
    if somebody_else(request):
        return not_theirs(request)
    assessment = found(request, pk)
    questionnaire = schema_of(assessment)
    if key not in assessment.sections:
        raise Http404
    if request.method != "POST" and not may_fill_in(request, assessment):
        return redirect(reverse("assessments:answers", args=[pk]) + f"#{key}")
    answers = answers_of(assessment)
    changeable = changeable_keys(assessment, answers) or frozenset(assessment.questions)
    items = items_of(questionnaire, key, changeable)
    form = AnswersForm(items, answers, request.POST if request.method == "POST" else None)
    status = 200
    notice = ""
    if request.method == "POST":
        if form.is_valid():
            try:
                given = _settled(form, request.POST)
                again = offering.asked_for(
                    assessment,
                    request.POST.get("confirm", ""),
                    section=key,
                    among=changeable,
                    typed=given,
                )
                service.save(assessment=assessment, values=given | again, by=request.principal)
                if moved := request.POST.get("moved"):
                    moves.confirm(assessment=assessment, keys=[moved], by=request.principal)
                return redirect(_onwards(request, assessment, key))
            except InvalidAnswers as error:
                form.refuse(error.extra["errors"])
            except Conflict as error:
                return _conflict(request, assessment, key, error)
            except Frozen as error:
                status, notice = error.status, error.message
        status = 422 if form.errors else status
    return _section_page(request, assessment, key, form, answers, status=status, notice=notice)


def _section_page(
    request: Request,
    assessment: Assessment,
    key: str,
    form: AnswersForm,
    answers: Mapping[str, Answer],
    *,
    status: int,
    notice: str,
) -> HttpResponse:
    questionnaire = schema_of(assessment)
    visible = frozenset(visible_questions(questionnaire, assessment, answers))
    chosen = frozenset(assessment.questions)
    changeable = changeable_keys(assessment, answers) or frozenset(assessment.questions)
    here = next(one for one in questionnaire.sections if one.key == key)
    shown = progress(questionnaire, assessment, answers)
    keys = [one.key for one in shown]
    offered, aside = offers(assessment, answers), to_confirm(assessment)
    place = keys.index(key) if key in keys else 0
    lang = language()
    title = here.title.text_for(lang)
    return render(
        request,
        "assessments/section.html",
        {
            "assessment": assessment,
            "section": here,
            "title": title,
            "intro": here.intro.text_for(lang),
            "questions": with_all_beside(
                request,
                assessment,
                [
                    question_view(
                        questionnaire,
                        item,
                        answers=answers,
                        visible=visible,
                        chosen=chosen,
                        form=form,
                        offer=offered.get(item.key),
                        aside=aside.get(item.key),
                        settled=item.key not in changeable,
                    )
                    for item in items_of(questionnaire, key, assessment.questions)
                ],
                back=way_back.from_section(request),
            ),
            "offered": sum(
                one.kept is None and questionnaire.by_key[name].section == key
                for name, one in offered.items()
            ),
            "index": [
                {
                    "title": one.section.title.text_for(lang),
                    "url": reverse("assessments:section", args=[assessment.pk, one.key]),
                    "here": one.key == key,
                    "done": one.status == "done",
                    "words": f"{one.answered}/{one.applicable}",
                }
                for one in shown
            ],
            "previous": keys[place - 1] if place > 0 else None,
            "next": keys[place + 1] if place + 1 < len(keys) else None,
            "back_to_check": way_back.from_section(request) == "checking",
            "form": form,
            "notice": notice,
            **score_links(request, assessment),
            "crumbs": crumbs(assessment, title),
        },
        status=status,
    )


def _onwards(request: Request, assessment: Assessment, key: str) -> str:
    """Where to after a save: back to checking, to the list, on the same page, or the next one."""
    proved = request.POST.get("evidence", "")
    if proved in assessment.questions:
        there = reverse("assessments:proof", args=[assessment.pk, proved])
        return f"{there}?back={way_back.from_section(request)}"
    talked = request.POST.get("talk", "")
    if talked in assessment.questions:
        return address_of(assessment, talked, way_back.from_section(request))
    where = request.POST.get("go", "")
    checking = request.POST.get("then") == "check"
    here = reverse("assessments:section", args=[assessment.pk, key])
    # The way back to checking goes along, as the links of that page give it.
    here += "?then=check" if checking else ""
    if confirmed := request.POST.get("confirm") or request.POST.get("moved"):
        anchor = "" if confirmed == "*" else f"#q-{confirmed}"
        return here + anchor
    if where == "stay":
        return here
    if checking:
        return reverse("assessments:check", args=[assessment.pk])
    sections = assessment.sections
    place = sections.index(key)
    if where == "list" or place + 1 == len(sections):
        return reverse("assessments:assessment", args=[assessment.pk])
    return reverse("assessments:section", args=[assessment.pk, sections[place + 1]])


def _settled(form: AnswersForm, data: QueryDict) -> dict[str, AnswerInput]:
    """The inputs, without those for which somebody chose to keep what the other one saved."""
    return {
        key: given for key, given in form.inputs().items() if data.get(f"choose-{key}") != "theirs"
    }


def _conflict(request: Request, assessment: Assessment, key: str, error: Conflict) -> HttpResponse:
    title = _("Somebody else changed the same answer")
    return render(
        request,
        "assessments/conflict.html",
        {
            **both_sides(request.POST, schema_of(assessment), error),
            "title": title,
            "action": reverse("assessments:section", args=[assessment.pk, key]),
            "autosave_url": reverse("assessments:autosave", args=[assessment.pk, key]),
            "crumbs": crumbs(assessment, title),
        },
        status=error.status,
    )


@post_only
@page(Permission.VIEW)
def autosave(request: Request, pk: UUID, key: str) -> JsonResponse:
    """Save one answer of a section as it is given; the contract is in static/js/autosave.js."""
    if somebody_else(request):
        return not_theirs_json()
    assessment = found(request, pk)
    items = items_of(schema_of(assessment), key, assessment.questions)
    item = next((one for one in items if one.key == request.POST.get("question")), None)
    if item is None:
        raise Http404
    data = request.POST.copy()
    data[name_of(item.key, "version")] = request.POST.get("version", "")
    form = AnswersForm([item], {}, data)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    try:
        saved = service.save(assessment=assessment, values=form.inputs(), by=request.principal)
    except InvalidAnswers as error:
        messages = {name_of(one): [text] for one, text in error.extra["errors"].items()}
        return JsonResponse({"errors": messages}, status=error.status)
    except Conflict as error:
        return JsonResponse(conflict_data(item, error.extra), status=error.status)
    except Refused as error:
        return JsonResponse({"message": error.message}, status=error.status)
    return JsonResponse(
        {
            "saved_at": clock.now().isoformat(),
            "version": saved.versions.get(item.key, 0),
            "progress": {"answered": saved.answered, "total": saved.applicable},
            "visible": saved.visible,
        }
    )
