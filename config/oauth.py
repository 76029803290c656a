"""Where OAuth2 clients get their access tokens.

An error is what RFC 6749 (5.2) says it is, `error` in `application/json`, since that is what
client libraries read; the members of a problem document (RFC 9457) stand beside it.
"""

import json
from typing import Any, Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from oauth2_provider.views import TokenView
from rest_framework.exceptions import Throttled

from accounts.api import count
from config.problems import Problem, answer, explain

_FORMS: Final = ("application/x-www-form-urlencoded", "multipart/form-data")
_WORDS: Final = {
    "invalid_client": "There is no such client, its secret is another, or it was switched off.",
    "invalid_request": f"Send {_FORMS[0]} with grant_type=client_credentials.",
    "invalid_scope": "The client does not hold every scope that is asked for.",
    "unauthorized_client": "The client may not ask for tokens this way.",
    "unsupported_grant_type": "Send grant_type=client_credentials: no other way is open.",
}


class Token(TokenView):
    """An access token for client credentials, or why not."""

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Counted by address, as what nobody has proved yet to be theirs."""
        try:
            count(request)
        except Throttled as error:
            return answer(explain(error))
        if request.content_type not in _FORMS:
            return _refusal("invalid_request", 415)
        issued: HttpResponse = super().post(request, *args, **kwargs)
        if issued.status_code < 400:
            return issued
        said = json.loads(issued.content)
        refusal = _refusal(said["error"], issued.status_code, said.get("error_description", ""))
        for name in ("WWW-Authenticate", "Cache-Control", "Pragma"):
            if name in issued.headers:
                refusal.headers[name] = issued.headers[name]
        return refusal

    def http_method_not_allowed(
        self, request: HttpRequest, *args: Any, **kwargs: Any
    ) -> HttpResponse:
        """405 as a problem document."""
        return answer(Problem(405, headers={"Allow": "POST, OPTIONS"}))


def _refusal(error: str, status: int, description: str = "") -> JsonResponse:
    description = description or _WORDS.get(error, "")
    problem = Problem(status, description, f"urn:surety:problem:{error}")
    return JsonResponse(
        {"error": error, "error_description": description, **problem.body()}, status=status
    )
