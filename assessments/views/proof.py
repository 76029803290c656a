"""Evidence beside the answers of an assessment: adding, using again, taking away, what is missing.

`shown_beside` gives pages with questions what the fragment `_components/evidence_list.html` takes.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from accounts.doors import Request, page, posted
from accounts.forms import take_refusal
from accounts.permissions import Permission
from accounts.scoping import require
from assessments import workflow
from assessments.beside import Beside, beside
from assessments.models import Assessment
from assessments.selectors import proof as selectors
from assessments.selectors.assessments import answers_of, schema_of, visible_questions
from assessments.selectors.rework import changeable_keys
from assessments.services import proof as service
from assessments.services import proof_files
from assessments.views import way_back
from assessments.views.parts import QuestionView, crumbs, found, question_view
from assessments.wording import language
from audit.errors import Invalid
from audit.ids import ids_in
from vendors.forms.evidence import FilesForm
from vendors.models import Evidence, EvidenceFile
from vendors.selectors.evidence import evidence_visible_to, sites_to_choose

#: Documents that the page offers to be used again; more are found by their title.
OFFERED = 50


def may_add(request: Request, assessment: Assessment) -> bool:
    """Whether this reader can put evidence beside answers now."""
    unit_id, principal = assessment.unit_id, request.principal
    if not principal.can(Permission.EDIT_EVIDENCE, unit_id):
        return False
    if assessment.status == Assessment.Status.IN_REVIEW:
        return principal.can(Permission.REVIEW, unit_id)
    return workflow.is_editable(assessment.status)


def _open_keys(assessment: Assessment) -> frozenset[str]:
    """The questions beside which evidence may change now: in review all of them."""
    if assessment.status == Assessment.Status.IN_REVIEW:
        return frozenset(assessment.questions)
    return changeable_keys(assessment)


def shown_beside(
    request: Request, assessment: Assessment, keys: Collection[str], *, back: str = ""
) -> dict[str, Beside]:
    """Question key -> what stands beside its answer, for a page of staff.

    back: a word of `way_back`: where adding and taking away lead back to.
    """
    documents = selectors.evidence_of(assessment)
    seen = selectors.openable(documents, request.principal)
    every = {one.pk for rows in documents.values() for one in rows}
    adds = _open_keys(assessment) if may_add(request, assessment) else frozenset()
    query = f"?back={back}" if back else ""

    def add_url(key: str) -> str:
        if key not in adds:
            return ""
        return reverse("assessments:proof", args=[assessment.pk, key]) + query

    def remove_url(key: str, one: Evidence) -> str:
        if key not in adds:
            return ""
        return reverse("assessments:proof_remove", args=[assessment.pk, key, one.pk]) + query

    return beside(
        keys,
        documents,
        file_url=file_url,
        add_url=add_url,
        remove_url=remove_url,
        hidden=every - seen,
        missing=selectors.missing_evidence(assessment, documents=documents),
        unconfirmed=selectors.from_certificates(assessment),
    )


def with_evidence(
    request: Request, assessment: Assessment, views: Sequence[QuestionView], *, back: str = ""
) -> list[QuestionView]:
    """The same questions, each with what stands beside its answer."""
    found_beside = shown_beside(request, assessment, [one.key for one in views], back=back)
    return [replace(one, evidence=found_beside[one.key]) for one in views]


def file_url(file: EvidenceFile) -> str:
    """Where staff are handed a file."""
    return reverse("vendors:evidence_file", args=[file.pk])


@require_safe
@page(Permission.VIEW)
def overview(request: Request, pk: UUID) -> HttpResponse:
    """Every question with evidence beside it, and those whose answer has to be proved."""
    assessment = found(request, pk)
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    visible = visible_questions(questionnaire, assessment, answers)
    rows = shown_beside(request, assessment, visible)
    missing = [key for key in visible if rows[key].missing]
    shown = missing + [key for key in visible if rows[key].lines and not rows[key].missing]
    return render(
        request,
        "assessments/proof_overview.html",
        {
            "assessment": assessment,
            "rows": [
                {
                    "text": questionnaire.by_key[key].question.text.text_for(language()),
                    "url": reverse("assessments:answers", args=[pk]) + f"#q-{key}",
                    "evidence": rows[key],
                }
                for key in shown
            ],
            "missing": len(missing),
            "adds": may_add(request, assessment),
            "crumbs": crumbs(assessment, _("Evidence")),
        },
    )


@page(Permission.EDIT_EVIDENCE)
def question(request: Request, pk: UUID, key: str) -> HttpResponse:
    """Evidence beside one answer: files from here, or documents that are on record."""
    assessment = found(request, pk)
    require(request.principal, Permission.EDIT_EVIDENCE, assessment.unit_id)
    _asked(assessment, key)
    adding = request.method == "POST" and "use" not in request.POST
    form = FilesForm(
        posted(request) if adding else None,
        request.FILES if adding else None,
        sites=sites_to_choose(assessment.vendor_id),
    )
    status = 200
    if request.method == "POST" and not adding:
        chosen = _offered(request, assessment).filter(pk__in=ids_in(request.POST.getlist("use")))
        count = proof_files.use(
            assessment=assessment, question_key=key, documents=chosen, by=request.principal
        )
        _tell_used(request, count)
        return redirect(_here(request, pk, key))
    if adding and form.is_valid():
        try:
            outcome = proof_files.put(
                assessment=assessment,
                question_key=key,
                files=form.given(),
                about=form.about(),
                by=request.principal,
            )
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            tell(request, outcome)
            for name, why in outcome.refused:
                form.add_error("documents", f"{name}: {why}")
            if not outcome.refused:
                return redirect(_here(request, pk, key))
    if form.errors:
        status = 422
    return _question_page(request, assessment, key, form, status=status)


@page(Permission.EDIT_EVIDENCE)
def remove(request: Request, pk: UUID, key: str, evidence: UUID) -> HttpResponse:
    """Take a document away from an answer; asks first."""
    assessment = found(request, pk)
    require(request.principal, Permission.EDIT_EVIDENCE, assessment.unit_id)
    _asked(assessment, key)
    document = get_object_or_404(
        evidence_visible_to(request.principal).filter(
            vendor=assessment.vendor_id, unit=assessment.unit_id
        ),
        pk=evidence,
    )
    if request.method == "POST":
        service.detach(
            assessment=assessment, question_key=key, evidence=document, by=request.principal
        )
        messages.success(
            request, _("%(title)s was taken away from this answer.") % {"title": document.title}
        )
        return redirect(_here(request, pk, key))
    return render(
        request,
        "_components/confirm_page.html",
        {
            "title": _("Take evidence away"),
            "question": _("Take “%(title)s” away from this answer?") % {"title": document.title},
            "text": _(
                "The answer is then proved by what is left beside it. The document stays on "
                "record for the vendor, and beside other answers."
            ),
            "confirm_label": _("Take it away"),
            "cancel_url": _here(request, pk, key),
            "danger": True,
            "crumbs": crumbs(assessment, _("Take evidence away")),
        },
    )


@require_safe
@page(Permission.VIEW)
def uses(request: Request, pk: UUID) -> HttpResponse:
    """Beside which answers a document stands; part of its page, and a page of its own."""
    document = get_object_or_404(evidence_visible_to(request.principal), pk=pk)
    rows = []
    for link in selectors.uses_of(document, request.principal)[:100]:
        asked = schema_of(link.assessment).by_key.get(link.question_key)
        rows.append(
            {
                "engagement": link.assessment.engagement.title,
                "status": link.assessment.get_status_display(),
                "text": asked.question.text.text_for(language()) if asked else link.question_key,
                "url": reverse("assessments:answers", args=[link.assessment_id])
                + f"#q-{link.question_key}",
            }
        )
    template = "assessments/_proof_uses.html" if request.htmx else "assessments/proof_uses.html"
    return render(
        request,
        template,
        {
            "rows": rows,
            "document": document,
            "crumbs": [
                (document.title, reverse("vendors:evidence", args=[pk])),
                (_("Where it is used"), ""),
            ],
        },
    )


def tell(request: Request, outcome: proof_files.Put) -> None:
    """Say what became of the files."""
    if outcome.added:
        messages.success(
            request,
            ngettext(
                "%(count)d document was added.",
                "%(count)d documents were added.",
                len(outcome.added),
            )
            % {"count": len(outcome.added)},
        )
    for one in outcome.used_again:
        messages.info(
            request,
            _("This file was on record already as “%(title)s”, so that is used.")
            % {"title": one.title},
        )


def _question_page(
    request: Request, assessment: Assessment, key: str, form: FilesForm, *, status: int
) -> HttpResponse:
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    shown = shown_beside(request, assessment, [key], back=way_back.asked(request))[key]
    offered = _offered(request, assessment).exclude(answers__in=selectors.links_of(assessment, key))
    view = question_view(
        questionnaire,
        questionnaire.by_key[key],
        answers=answers,
        visible=[key],
        chosen=frozenset(assessment.questions),
    )
    return render(
        request,
        "assessments/proof.html",
        {
            "assessment": assessment,
            "question": view,
            "evidence": shown,
            "form": form,
            "offered": list(offered[:OFFERED]),
            "q": request.GET.get("q", ""),
            "adds": bool(shown.add_url),
            "back_url": way_back.address(assessment, key, way_back.asked(request))
            or reverse("assessments:proofs", args=[assessment.pk]),
            "back": way_back.asked(request),
            "crumbs": crumbs(assessment, _("Evidence for an answer")),
        },
        status=status,
    )


def _offered(request: Request, assessment: Assessment) -> Any:
    rows = selectors.reusable(assessment, request.principal)
    words = request.GET.get("q", "").strip()
    return rows.filter(title__icontains=words) if words else rows


def _tell_used(request: Request, count: int) -> None:
    if not count:
        messages.warning(request, _("No document was chosen."))
        return
    messages.success(
        request,
        ngettext("%(count)d document was put here.", "%(count)d documents were put here.", count)
        % {"count": count},
    )


def _asked(assessment: Assessment, key: str) -> None:
    if key not in assessment.questions:
        raise Http404


def _here(request: Request, pk: UUID, key: str) -> str:
    back = way_back.asked(request)
    return reverse("assessments:proof", args=[pk, key]) + (f"?back={back}" if back else "")
