"""The lines of the log that each request leaves, and what all others of it carry."""

import structlog
from django.http import HttpRequest
from django_structlog.middlewares.request import RequestMiddleware

from accounts import sign_in_log


class RequestLinesMiddleware(RequestMiddleware):
    """As the library has it, but for the visitor's address: it believes any header that a visitor
    sends, and we only the proxies that the settings trust."""

    @classmethod
    def bind_ip(cls, request: HttpRequest) -> None:
        """Put the address into every line of the request."""
        structlog.contextvars.bind_contextvars(ip=sign_in_log.address(request))
