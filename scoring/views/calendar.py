"""A person's calendar, by its secret address."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.views.decorators.http import require_safe

from accounts.selectors import principal_for_user
from accounts.services.calendar_feeds import reader_of
from audit import clock
from scoring.selectors.calendar import calendar, days_of, tag_of


@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The file, or 304 where the reader's program has it already."""
    user = reader_of(token)
    if user is None:
        raise Http404
    with translation.override(user.language):
        days = days_of(principal_for_user(user))
        tag = quote_etag(tag_of(days, user.language))
        response = HttpResponse(
            calendar(days, stamp=clock.now()), content_type="text/calendar; charset=utf-8"
        )
    response["ETag"] = tag
    response["Cache-Control"] = "private, max-age=0, must-revalidate"
    response["Content-Disposition"] = 'inline; filename="surety.ics"'
    response["Referrer-Policy"] = "no-referrer"
    response["X-Robots-Tag"] = "noindex"
    return get_conditional_response(request, etag=tag, response=response) or response
