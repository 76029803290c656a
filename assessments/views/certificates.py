"""Answering from certificates of the vendor, and the reviewer's confirmation."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.doors import Request, page
from accounts.permissions import Permission
from accounts.posting import post_only
from accounts.scoping import require
from assessments.models import Answer, Assessment
from assessments.schema import Questionnaire
from assessments.selectors.assessments import answers_of, schema_of
from assessments.selectors.certificates import Offer, awaiting, offers
from assessments.selectors.proof import from_certificates
from assessments.services import certificates as service
from assessments.views.parts import crumbs, found, may_fill_in
from assessments.wording import answer_words, language
from audit.errors import Refused


@page(Permission.VIEW)
def index(request: Request, pk: UUID) -> HttpResponse:
    """What each certificate supports, to be ticked; and what waits for the reviewer."""
    assessment = found(request, pk)
    refused = ""
    if request.method == "POST":
        require(request.principal, Permission.ANSWER, assessment.unit_id)
        chosen = [one for one in offers(assessment, request.principal) if _named(one, request)]
        if not chosen:
            return _page(request, assessment, _("Choose the certificate to answer from."))
        try:
            keys = service.answer_from(
                assessment=assessment,
                certificate=chosen[0].certificate,
                keys=request.POST.getlist("keys"),
                by=request.principal,
            )
        except Refused as error:
            refused = error.message
        else:
            messages.success(
                request,
                ngettext(
                    "%(count)d answer was taken from the certificate. A reviewer confirms it.",
                    "%(count)d answers were taken from the certificate. A reviewer confirms them.",
                    len(keys),
                )
                % {"count": len(keys)},
            )
            return redirect("assessments:certificates", pk)
    return _page(request, assessment, refused)


@post_only
@page(Permission.REVIEW)
def confirm(request: Request, pk: UUID) -> HttpResponse:
    """The reviewer has looked: the certificate says so."""
    assessment = found(request, pk)
    require(request.principal, Permission.REVIEW, assessment.unit_id)
    keys = service.confirm(
        assessment=assessment, keys=request.POST.getlist("keys"), by=request.principal
    )
    messages.success(
        request,
        ngettext("%(count)d answer was confirmed.", "%(count)d answers were confirmed.", len(keys))
        % {"count": len(keys)},
    )
    return redirect("assessments:certificates", pk)


def _named(offer: Offer, request: Request) -> bool:
    return str(offer.certificate.pk) == request.POST.get("certificate")


def _page(request: Request, assessment: Assessment, refused: str) -> HttpResponse:
    questionnaire, answers = schema_of(assessment), answers_of(assessment)
    waiting, certified = from_certificates(assessment), awaiting(assessment)
    principal, unit_id = request.principal, assessment.unit_id
    return render(
        request,
        "assessments/certificates.html",
        {
            "assessment": assessment,
            "refused": [("", refused)] if refused else [],
            "has_errors": bool(refused),
            "offers": [
                _shown(one, questionnaire, answers, waiting)
                for one in offers(assessment, principal)
            ],
            "waiting": [
                {
                    "key": key,
                    "text": questionnaire.by_key[key].question.text.text_for(language()),
                    "said": answer_words(questionnaire.by_key[key].question, answers.get(key)),
                    "offer": certified.get(key),
                }
                for key in assessment.questions
                if key in waiting
            ],
            "fills": may_fill_in(request, assessment),
            "confirms": principal.can(Permission.REVIEW, unit_id)
            and assessment.status == Assessment.Status.IN_REVIEW,
            "vendor_evidence": reverse("vendors:vendor_evidence", args=[assessment.vendor_id]),
            "crumbs": crumbs(assessment, _("Certificates")),
        },
        status=422 if refused else 200,
    )


def _shown(
    offer: Offer, questionnaire: Questionnaire, answers: dict[str, Answer], waiting: dict[str, UUID]
) -> dict[str, Any]:
    certificate = offer.certificate
    rows = []
    for one in offer.answers:
        question = questionnaire.by_key[one.question].question
        proposed = Answer(question_key=one.question, value=one.value, state=1)
        proposed_words = answer_words(question, proposed)
        said = answer_words(question, answers.get(one.question))
        rows.append(
            {
                "key": one.question,
                "text": question.text.text_for(language()),
                "proposed": proposed_words,
                "said": said,
                "same": said == proposed_words,
                "done": waiting.get(one.question) == certificate.pk,
            }
        )
    return {
        "certificate": certificate,
        "document": certificate.evidence,
        "standard": offer.standard,
        "services": offer.services,
        "sites": offer.sites,
        "why_not": offer.why_not,
        "rows": rows,
        "left": [row for row in rows if not row["done"]],
    }
