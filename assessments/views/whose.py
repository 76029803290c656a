"""Whose page it is: what one person typed is never saved under the name of another."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render

from accounts.doors import Request
from accounts.typed import typed


def somebody_else(request: Request) -> bool:
    """Whether somebody else has signed in since the page was opened that sends this.

    Pages that save themselves stay open while a session ends and another one begins beside them.
    """
    return request.method == "POST" and request.POST.get("owner", str(request.user.pk)) != str(
        request.user.pk
    )


def not_theirs(request: Request) -> HttpResponse:
    """Not saved: what was typed, and the way to sign in again as whoever typed it."""
    return render(request, "assessments/somebody_else.html", {"typed": typed(request)}, status=401)


def not_theirs_json() -> JsonResponse:
    """The same for a script that saves by itself."""
    return JsonResponse({"message": "somebody else is signed in", "other": True}, status=401)
