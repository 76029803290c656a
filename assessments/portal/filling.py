"""The start of a visit."""

from django.http import HttpRequest, HttpResponseBase

from assessments.portal.doors import Visit, show, visited


@visited
def start(request: HttpRequest, visit: Visit) -> HttpResponseBase:
    """Where everybody begins and comes back to."""
    return show(request, "start", {}, visit=visit)
