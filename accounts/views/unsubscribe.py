"""Stopping letters by the link in each of them, without signing in."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import FormParser, MultiPartParser
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.notification_kinds import KINDS
from accounts.selectors.notifications import unsubscribe_target
from accounts.services import notifications


@method_decorator(never_cache, name="dispatch")
@extend_schema(exclude=True)
class UnsubscribeView(APIView):
    """A page that asks, and the POST that does it, which mail programs send by themselves.

    They send it from no page of ours (RFC 8058), so the signed token is all the proof there is.
    Opening the link changes nothing: scanners of mail open every link.
    """

    authentication_classes = ()
    permission_classes = ()
    throttle_classes = ()
    parser_classes = (FormParser, MultiPartParser)

    def setup(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        """Keep the request as pages know it."""
        super().setup(request, *args, **kwargs)
        self.asked = request

    def get(self, request: Request, token: str) -> HttpResponse:
        """Ask."""
        return _answer(self.asked, token, stop=False)

    def post(self, request: Request, token: str) -> HttpResponse:
        """Stop the letters of the kind that the token names."""
        return _answer(self.asked, token, stop=True)


def _answer(request: HttpRequest, token: str, *, stop: bool) -> HttpResponse:
    target = unsubscribe_target(token)
    if target is None:
        return render(request, "accounts/unsubscribe.html", {"known": False}, status=404)
    user, kind = target
    if stop:
        notifications.unsubscribe(user=user, kind=kind)
    return render(
        request,
        "accounts/unsubscribe.html",
        {
            "known": True,
            "done": stop,
            "kind": KINDS[kind].title if kind in KINDS else "",
            "weekly": kind == "digest:weekly",
        },
    )
