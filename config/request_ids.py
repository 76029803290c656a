"""Every answer names its request, so that whoever reports a problem can lead us to the log."""

from collections.abc import Callable
from typing import Final

from django.http import HttpRequest, HttpResponse

from audit import trace

HEADER: Final = "X-Request-Id"


class RequestIdMiddleware:
    """Says the id that the log and the tasks of this request carry. Comes after the one of logs."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        request_id = trace.current()
        if request_id is not None:
            response[HEADER] = str(request_id)
        return response
