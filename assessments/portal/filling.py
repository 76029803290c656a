"""Filling in: the task list, a section per page, autosave, and two people at once."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages as notes
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.posting import post_only
from assessments.errors import Conflict, Frozen, InvalidAnswers
from assessments.forms.assessments import AnswersForm, name_of
from assessments.forms.conflicts import both_sides, conflict_data
from assessments.portal import findings
from assessments.portal.doors import Visit, is_over, reason_of, remember_language, show, visited
from assessments.portal.questions import (
    Desk,
    desk,
    item_of,
    items_of_section,
    section_title,
    view,
)
from assessments.portal.typed import answers_told
from assessments.schema import Item
from assessments.selectors import portal
from assessments.selectors.assessments import SectionProgress, answers_of, schema_of
from assessments.selectors.threads import (
    seen_by_contact,
    unread_of_contact,
    waiting_for_vendor,
)
from assessments.services import answers as service
from assessments.services import delegations, moves
from assessments.services import offers as offering
from assessments.services.answers import AnswerInput
from assessments.wording import language
from audit import clock
from audit.errors import Refused


@require_safe
@visited
def start(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Where everybody begins and comes back to: the sections, how far each is, what is missing.

    Who was asked about findings only begins with those.
    """
    if visit.shows_findings and not portal.theirs(visit.assessment, visit.scope):
        return redirect(visit.url("findings"))
    return start_page(request, visit)


def start_page(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The task list, for a visit or a preview."""
    assessment, here = visit.assessment, desk(visit)
    shown = portal.progress(assessment, here.answers, visit.scope)
    answered, applicable = portal.total(shown)
    handed_on: dict[str, list[str]] = {}
    delegations = portal.delegations_of(assessment) if visit.whole else []
    for one in delegations:
        handed_on.setdefault(one.section, []).append(one.taker.contact.name)
    questionnaire = schema_of(assessment)
    queried = [view(here, questionnaire.by_key[key]) for key in here.queried]
    due_on = visit.invitation.due_on if visit.invitation else assessment.due_on
    waiting = waiting_for_vendor(here.threads)
    unread = unread_of_contact(
        here.threads, seen_by_contact(assessment, visit.contact.pk) if visit.contact else {}
    )
    return show(
        request,
        "start",
        {
            "title": assessment.engagement.title,
            "answered": answered,
            "applicable": applicable,
            "missing": sum(len(one.missing) for one in shown),
            "tasks": [_task(here, one, handed_on) for one in shown],
            "next_section": next((one for one in shown if one.status != "done"), None),
            "next_url": _question_url(visit, queried[0].item) if queried else _next(visit, shown),
            "queried": [
                {"question": one, "url": _question_url(visit, one.item)} for one in queried
            ],
            "asked_back": [
                {
                    "text": questionnaire.by_key[key].question.text.text_for(language()),
                    "url": visit.url("messages", key),
                    "unread": len(unread.get(key, ())),
                }
                for key in here.asked
                if key in waiting or key in unread
            ],
            "talk": {
                "unread": len(unread.get("", ())),
                "waits": "" in waiting,
                "url": visit.url("talk"),
            }
            if visit.whole
            else None,
            "unread": sum(
                len(unread.get(key, ())) for key in ("", *here.asked) if key or visit.whole
            ),
            "findings": findings.counted(visit),
            "receipts": list(assessment.receipts.order_by("-number")) if visit.whole else [],
            "delegations": [_delegated(visit, one, shown) for one in delegations],
            "due_on": due_on,
            "overdue": visit.may_answer and _has_passed(due_on),
        },
        visit=visit,
    )


def _has_passed(day: date | None) -> bool:
    """Whether a day is over where the reader is."""
    return day is not None and day < timezone.localdate(clock.now())


def _next(visit: Visit, shown: list[SectionProgress]) -> str:
    found = next((one for one in shown if one.status != "done"), None)
    return visit.url("section", found.key) if found else ""


def _question_url(visit: Visit, item: Item) -> str:
    return f"{visit.url('section', item.section)}#q-{item.key}"


def _task(
    here: Desk, section: SectionProgress, handed_on: Mapping[str, list[str]]
) -> dict[str, Any]:
    visit = here.visit
    questions = schema_of(visit.assessment).by_key
    sent_back = any(questions[key].section == section.key for key in here.queried)
    words = {
        "done": _("Done"),
        "todo": _("Not started"),
        "active": _("%(done)d of %(all)d") % {"done": section.answered, "all": section.applicable},
    }
    hints = [section.section.intro.text_for(language())]
    if section.missing and visit.may_answer:
        hints.append(
            ngettext(
                "%(count)d question must still be answered.",
                "%(count)d questions must still be answered.",
                len(section.missing),
            )
            % {"count": len(section.missing)}
        )
    if again := here.offered(items_of_section(visit, section.key)):
        hints.append(
            ngettext(
                "%(count)d answer from last time can be used again.",
                "%(count)d answers from last time can be used again.",
                again,
            )
            % {"count": again}
        )
    names = handed_on.get(section.key, [])
    return {
        "name": section.section.title.text_for(language()),
        "url": visit.url("section", section.key),
        "kind": "attention" if sent_back else section.status,
        "status": _("Needs work") if sent_back else words[section.status],
        "hint": " ".join(hints),
        "owner": _("Handed on to %(names)s") % {"names": ", ".join(names)} if names else "",
    }


def _delegated(visit: Visit, one: Any, shown: list[SectionProgress]) -> dict[str, Any]:
    found = next((section for section in shown if section.key == one.section), None)
    # Sent back, or given more time, whoever has it has a later day than was said at first.
    due_on = max((day for day in (one.due_on, one.taker.due_on) if day), default=None)
    return {
        "section": section_title(visit.assessment, one.section),
        "name": one.taker.contact.name,
        "email": one.taker.contact.email,
        "due_on": due_on,
        "done": one.done_at is not None,
        "overdue": one.done_at is None and visit.may_answer and _has_passed(due_on),
        "answered": found.answered if found else 0,
        "applicable": found.applicable if found else 0,
        "take_back_url": visit.url("take-back", one.pk),
    }


@visited
def section(request: HttpRequest, visit: Visit, key: str) -> HttpResponseBase:
    """One topic: every question with its answer; saved as one, or by itself as you go.

    Whoever has it from a colleague can say with the same button that it is finished.
    """
    items = items_of_section(visit, key)
    if not items:
        raise Http404
    if request.method != "POST":
        return section_page(request, visit, key, AnswersForm(items, answers_of(visit.assessment)))
    form = AnswersForm(items, answers_of(visit.assessment), request.POST)
    status, notice = 200, ""
    if form.is_valid():
        try:
            _save(request, visit, key, form)
            if request.POST.get("go") == "finish":
                delegations.finish(assessment=visit.assessment, section=key, by=visit.principal)
                notes.success(request, _("Thank you. Whoever asked you has been told."))
            response = redirect(_onwards(request, visit, key))
            wanted = request.POST.get("language", "")
            # Enter in a field presses this button too: the language there is, is no choice.
            if request.POST.get("go") == "language" and wanted != get_language():
                remember_language(response, wanted)
            return response
        except InvalidAnswers as error:
            form.refuse(error.extra["errors"])
        except Conflict as error:
            return _conflict(request, visit, key, error)
        except Frozen as error:
            if is_over(visit):
                raise
            status, notice = error.status, reason_of(error)
    status = 422 if form.errors else status
    return section_page(request, visit, key, form, status=status, notice=notice)


def _conflict(request: HttpRequest, visit: Visit, key: str, error: Conflict) -> HttpResponse:
    return show(
        request,
        "conflict",
        {
            **both_sides(request.POST, schema_of(visit.assessment), error),
            "action": visit.url("section", key),
            "autosave_url": visit.url("autosave", key),
            # What was typed stands on this page alone.
            "portal_languages": (),
        },
        visit=visit,
        status=error.status,
    )


def _save(request: HttpRequest, visit: Visit, key: str, form: AnswersForm) -> None:
    """Save what was typed, and what somebody says to be still so: of last time, or set aside."""
    here = desk(visit)
    mine = {item.key for item in form.items if item.key in here.changeable}
    given = _settled(form, request)
    again = offering.asked_for(
        visit.assessment,
        request.POST.get("confirm", ""),
        section=key,
        among=mine,
        typed=given,
        vendor_side=True,
    )
    service.save(assessment=visit.assessment, values=given | again, by=visit.principal)
    if (moved := request.POST.get("moved", "")) in mine & here.aside.keys():
        moves.confirm(assessment=visit.assessment, keys=[moved], by=visit.principal)


def section_page(
    request: HttpRequest,
    visit: Visit,
    key: str,
    form: AnswersForm,
    *,
    status: int = 200,
    notice: str = "",
) -> HttpResponse:
    """The page of a section, for a visit or a preview."""
    here = desk(visit)
    shown = portal.progress(visit.assessment, here.answers, visit.scope)
    keys = [one.key for one in shown]
    place = keys.index(key) if key in keys else 0
    answered, applicable = portal.total(shown)
    lang = language()
    found = next(one for one in schema_of(visit.assessment).sections if one.key == key)
    mine = None
    if visit.invitation is not None and not visit.whole:
        mine = visit.invitation.taken.filter(section=key, taken_back_at=None).first()
    return show(
        request,
        "section",
        {
            "title": found.title.text_for(lang),
            "intro": found.intro.text_for(lang),
            "questions": [view(here, item, form) for item in form.items],
            "offered": here.offered(form.items),
            "typed": answers_told(form.items, request.POST) if notice else [],
            "saves_language": visit.may_answer,
            "key": key,
            "answered": answered,
            "applicable": applicable,
            "place": place + 1,
            "places": len(keys),
            "previous_url": visit.url("section", keys[place - 1]) if place > 0 else "",
            "autosave_url": visit.url("autosave", key) if visit.may_answer else "",
            "delegate_url": visit.url("delegate", key) if visit.whole and visit.may_answer else "",
            "may_finish": bool(mine and not mine.done_at and visit.may_answer),
            "finished": bool(mine and mine.done_at),
            "back_to_check": "check" in (request.GET.get("then"), request.POST.get("then")),
            "form": form,
            "notice": notice,
        },
        visit=visit,
        status=status,
    )


def _settled(form: AnswersForm, request: HttpRequest) -> dict[str, AnswerInput]:
    """The inputs, without those for which somebody chose to keep what the other one saved."""
    return {
        key: given
        for key, given in form.inputs().items()
        if request.POST.get(f"choose-{key}") != "theirs"
    }


def _onwards(request: HttpRequest, visit: Visit, key: str) -> str:
    """Where to after a save: what the button said, the check page, or the next section."""
    where, _colon, question = request.POST.get("go", "").partition(":")
    if where in ("evidence", "messages") and item_of(visit.assessment, visit, question):
        return visit.url(where, question)
    here = visit.url("section", key) + _then(request)
    if said_again := request.POST.get("confirm") or request.POST.get("moved"):
        return here + ("" if said_again == "*" else f"#q-{said_again}")
    if where in ("stay", "language"):
        return here
    if where == "finish":
        return visit.url("start")
    if where == "delegate" and visit.whole:
        return visit.url("delegate", key)
    if _then(request):
        return visit.url("check")
    answers = answers_of(visit.assessment)
    keys = [one.key for one in portal.progress(visit.assessment, answers, visit.scope)]
    place = keys.index(key) if key in keys else len(keys)
    if where == "list" or place + 1 >= len(keys):
        return visit.url("start")
    return visit.url("section", keys[place + 1])


def _then(request: HttpRequest) -> str:
    """The way back to checking, as an address carries it on; "" for those who come from nowhere."""
    return "?then=check" if request.POST.get("then") == "check" else ""


@post_only
@visited
def autosave(request: HttpRequest, visit: Visit, key: str) -> HttpResponseBase:
    """Save one answer of a section as it is given; the contract is in static/js/autosave.js."""
    asked = request.POST.get("question", "")
    item = next((one for one in items_of_section(visit, key) if one.key == asked), None)
    if item is None:
        raise Http404
    data = request.POST.copy()
    data[name_of(item.key, "version")] = request.POST.get("version", "")
    form = AnswersForm([item], {}, data)
    if not form.is_valid():
        return JsonResponse({"errors": form.errors}, status=422)
    try:
        saved = service.save(assessment=visit.assessment, values=form.inputs(), by=visit.principal)
    except InvalidAnswers as error:
        messages = {name_of(one): [text] for one, text in error.extra["errors"].items()}
        return JsonResponse({"errors": messages}, status=error.status)
    except Conflict as error:
        return JsonResponse(conflict_data(item, error.extra), status=error.status)
    except Refused as error:
        if is_over(visit):
            raise
        return JsonResponse({"message": reason_of(error)}, status=error.status)
    answers = answers_of(visit.assessment)
    answered, applicable = portal.total(portal.progress(visit.assessment, answers, visit.scope))
    return JsonResponse(
        {
            "saved_at": clock.now().isoformat(),
            "version": saved.versions.get(item.key, 0),
            # Of their own questions only: how many others there are is not theirs to know.
            "progress": {"answered": answered, "total": applicable},
            "visible": portal.asked(visit.assessment, answers, visit.scope),
        }
    )
