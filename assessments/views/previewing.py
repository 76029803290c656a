"""What the vendor sees, for staff: the same pages, with nothing to change."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils import translation
from django.views.decorators.http import require_safe

from accounts.doors import Request, page
from accounts.permissions import Permission
from assessments.forms.assessments import AnswersForm
from assessments.portal.doors import Visit
from assessments.portal.filling import section_page, start_page
from assessments.portal.questions import items_of_section
from assessments.selectors import portal
from assessments.selectors.assessments import answers_of
from assessments.views.parts import found


def _language(request: Request) -> str:
    asked = request.GET.get("language", "")
    return asked if asked in dict(settings.LANGUAGES) else translation.get_language() or "en"


@require_safe
@page(Permission.VIEW)
def start(request: Request, pk: UUID) -> HttpResponse:
    """The start of the portal."""
    visit = Visit(found(request, pk), portal.EVERYTHING, preview=True)
    with translation.override(_language(request)):
        return start_page(request, visit)


@require_safe
@page(Permission.VIEW)
def section(request: Request, pk: UUID, key: str) -> HttpResponse:
    """One topic of the portal."""
    visit = Visit(found(request, pk), portal.EVERYTHING, preview=True)
    items = items_of_section(visit, key)
    if not items:
        raise Http404
    with translation.override(_language(request)):
        form = AnswersForm(items, answers_of(visit.assessment))
        return section_page(request, visit, key, form)
