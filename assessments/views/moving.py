"""Moving open assessments over to another version of their questionnaire."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import long_work
from accounts.doors import Request, page
from accounts.long_work import Work, rate_since
from accounts.permissions import Permission
from accounts.scoping import NotAllowed
from assessments import workflow
from assessments.models import Assessment, MoveRun
from assessments.selectors import moves as found_in
from assessments.selectors.assessments import schema_of, schema_of_version
from assessments.services import move_runs, moves
from assessments.views import parts
from assessments.views.questionnaires import MANAGE, crumbs, found
from assessments.wording import language, set_aside_words

#: Kind of the pill of each status.
_PILLS: Final = {"running": "active", "done": "done", "cancelled": "stopped"}


@page(MANAGE, everywhere=True)
def over(request: Request, pk: UUID) -> HttpResponse:
    """Which open assessments use other versions, and moving all of one version over."""
    target = found(pk)
    statuses = [one.value for one in Assessment.Status if workflow.is_editable(one.value)]
    rows = found_in.open_of_other_versions(target, statuses)
    if request.method == "POST":
        wanted = request.POST.get("source", "")
        source = next((one.version for one in rows if str(one.version.pk) == wanted), None)
        if source is None:
            raise Http404
        started = move_runs.start(
            source=source,
            target=target,
            confirm_wording="confirm_wording" in request.POST,
            by=request.principal,
        )
        return redirect("assessments:move-run", started.pk)
    return render(
        request,
        "assessments/questionnaires/move_all.html",
        {
            "row": target,
            "rows": [
                (one, found_in.open_assessments(request.principal, one.version)) for one in rows
            ],
            "runs": found_in.runs().filter(target=target)[:10],
            "crumbs": crumbs(target, _("Move open assessments over")),
        },
    )


@page(MANAGE, everywhere=True)
def run(request: Request, pk: UUID) -> HttpResponse:
    """How far moving all of them has come. POST cancels."""
    row = get_object_or_404(found_in.runs(), pk=pk)
    here = reverse("assessments:move-run", args=[pk])
    if request.method == "POST":
        move_runs.cancel(run=row, by=request.principal)
        messages.success(request, _("Cancelled. What is moved stays moved."))
        return redirect(here)
    if "cancel" in request.GET:
        title = _("Cancel moving")
        context = {
            "title": title,
            "question": _("Stop moving assessments over?"),
            "text": _("What is moved stays moved; the others stay as they are."),
            "confirm_label": title,
            "danger": True,
            "cancel_url": here,
            "crumbs": crumbs(row.target, title),
        }
        return render(request, "_components/confirm_page.html", context)
    far = found_in.run_progress(row)
    running = row.status == MoveRun.Status.RUNNING
    rate = rate_since(row.started_at, far.done, row.finished_at)
    return long_work.show(
        request,
        Work(_("Assessments looked at"), far.done, far.total if running else far.done, rate),
        page="assessments/questionnaires/move_run.html",
        part=f"assessments/questionnaires/{'_move_progress' if running else '_move_result'}.html",
        running=running,
        context={
            "run": row,
            "pill": _PILLS[row.status],
            "progress": far,
            "left": row.items.filter(state="left").select_related("assessment__vendor")[:100],
            "crumbs": crumbs(row.target, _("Moving")),
        },
    )


@page(Permission.VIEW)
def one(request: Request, pk: UUID) -> HttpResponse:
    """What moving one assessment would do, doing it, undoing it, and confirming what was said."""
    assessment = parts.found(request, pk)
    if not moves.may_move(request.principal, assessment.unit_id):
        raise NotAllowed(_("Your role does not allow this."))
    targets = found_in.newer_than(assessment.questionnaire)
    wanted = request.POST.get("to") or request.GET.get("to") or ""
    target = next(
        (row for row in targets if str(row.pk) == wanted), targets[0] if targets else None
    )
    wording = request.method != "POST" or "confirm_wording" in request.POST
    here = redirect("assessments:move", pk)
    match request.POST.get("do"):
        case "move" if target is not None:
            moves.move(
                assessment=assessment, target=target, confirm_wording=wording, by=request.principal
            )
            messages.success(request, _("Moved over to version %(v)s.") % {"v": target.version})
            return here
        case "undo":
            moves.move_back(assessment=assessment, by=request.principal)
            messages.success(request, _("The move was undone."))
            return here
        case "confirm":
            keys = request.POST.getlist("key")
            done = moves.confirm(assessment=assessment, keys=keys, by=request.principal)
            messages.success(request, _("%(n)d answers count again.") % {"n": len(done)})
            return here
    seen, refused = None, ""
    if target is not None:
        try:
            seen = moves.preview(
                assessment=assessment, target=target, confirm_wording=wording, by=request.principal
            )
        except moves.CannotMove as error:
            refused = error.message
    waiting = found_in.to_confirm(assessment)
    now = schema_of(assessment)
    texts = {item.key: item.question.text.text_for(language()) for item in now.items}
    if target is not None:
        after = schema_of_version(target)
        texts = {i.key: i.question.text.text_for(language()) for i in after.items} | texts
    carried = seen.carried if seen else None
    return render(
        request,
        "assessments/questionnaires/move_one.html",
        {
            "assessment": assessment,
            "target": target,
            "targets": targets,
            "refused": refused,
            "seen": seen,
            "new": [texts[key] for key in carried.added] if carried else [],
            "changed": [texts[key] for key in [*carried.changed, *carried.reworded]]
            if carried
            else [],
            "dropped": [texts[key] for key in carried.dropped] if carried else [],
            "can_undo": moves.can_move_back(assessment),
            "unchanged": [(key, texts[key]) for key in carried.kept] if carried else [],
            "waiting": [
                {
                    "key": key,
                    "text": texts[key],
                    "said": set_aside_words(now, row),
                    "fits": found_in.fits(now, row),
                }
                for key, row in waiting.items()
            ],
            "aside": [
                (
                    texts.get(row.question_key, row.question_key),
                    set_aside_words(schema_of_version(row.move.source), row),
                    row,
                )
                for row in found_in.set_aside(assessment)
            ],
            "crumbs": parts.crumbs(assessment, _("Move to another version")),
            "back": reverse("assessments:assessment", args=[pk]),
        },
    )
