"""Where OAuth2 clients get their access tokens.

An error is what RFC 6749 (5.2) says it is, `error` in `application/json`, since that is what
client libraries read; the members of a problem document (RFC 9457) stand beside it.
"""

import json
from typing import Final

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from oauth2_provider.views import TokenView
from rest_framework.exceptions import Throttled

from accounts.api import count
from config.problems import Problem, answer, explain

_FORM: Final = "application/x-www-form-urlencoded"
_WORDS: Final = {
    "invalid_client": "There is no such client, its secret is another, or it was switched off.",
    "invalid_request": f"Send {_FORM} with grant_type=client_credentials.",
    "invalid_scope": "The client does not hold every scope that is asked for.",
    "unauthorized_client": "The client may not ask for tokens this way.",
    "unsupported_grant_type": "Send grant_type=client_credentials: no other way is open.",
}
_issue = TokenView.as_view()


@csrf_exempt
def token(request: HttpRequest) -> HttpResponseBase:
    """An access token for client credentials, or why not."""
    if request.method not in ("POST", "OPTIONS"):
        return answer(Problem(405, headers={"Allow": "POST, OPTIONS"}))
    try:
        count(request)
    except Throttled as error:
        return answer(explain(error))
    if request.method == "POST" and request.content_type != _FORM:
        return _refusal("invalid_request", 415)
    issued = _issue(request)
    if not isinstance(issued, HttpResponse) or issued.status_code < 400:
        return issued
    said = json.loads(issued.content)
    refusal = _refusal(said["error"], issued.status_code, said.get("error_description", ""))
    for name in ("WWW-Authenticate", "Cache-Control", "Pragma"):
        if name in issued.headers:
            refusal.headers[name] = issued.headers[name]
    return refusal


def _refusal(error: str, status: int, description: str = "") -> JsonResponse:
    description = description or _WORDS.get(error, "")
    problem = Problem(status, description, f"urn:surety:problem:{error}")
    return JsonResponse(
        {"error": error, "error_description": description, **problem.body()}, status=status
    )
