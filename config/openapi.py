"""The description of the API (OpenAPI 3.1): what is true of every operation is said here, once.

Views name their parameters and shapes, and the problems that are theirs alone. Added here: the
problems that any operation can give, the headers of every answer, who may call it, and its tag.
"""

import inspect
from collections.abc import Iterator, Mapping
from http import HTTPStatus
from typing import Any, Final

from drf_spectacular.openapi import AutoSchema
from rest_framework.fields import CharField
from rest_framework.views import APIView

from accounts.permissions import SCOPE_PERMISSIONS, Permission
from accounts.retirement import retirement_of
from config import examples
from config.problems import CONTENT_TYPE, Problem

#: First part of the path after the version -> tag. What is below a vendor goes by its own noun.
_TAGS: Final = {
    "vendors": "Vendors",
    "scores": "Scores",
    "engagements": "Engagements",
    "assessments": "Assessments",
}
#: Tag -> what its operations are about.
_ABOUT: Final = {
    "Assessments": "Questionnaires put to a vendor for an engagement: open, answer, submit, try.",
    "Changes": "The feed of all changes, for copies that have to stay complete.",
    "Engagements": "What hangs on one engagement: contracts, disclosures, data, its end.",
    "Exchange rates": "The rates by which statements in other currencies are read.",
    "Exports": "Everything at once as NDJSON, CSV or a workbook, made in the background.",
    "Findings": "What was found wrong, and what is done about it.",
    "Fourth parties": "Companies on which several vendors rely.",
    "Incidents": "Infringements and leaks, from report to closing.",
    "Jurisdictions": "The law of countries, as far as it protects what a vendor is given.",
    "Methodologies": "Published versions of the method by which scores are calculated.",
    "Monitoring": "What is watched for a vendor, and what was seen.",
    "Questionnaires": "Published versions of what is asked.",
    "Recalculations": "Calculating all scores anew, with its progress.",
    "Reports": "Papers and workbooks about a vendor or the portfolio, made in the background.",
    "Scores": "Scores as they were calculated, never changed, with what they are made of.",
    "Screenings": "Looking a name up in the lists that are kept here.",
    "Vendors": "Vendors under your ids: load them, read their rating, ask before you order.",
    "Webhook endpoints": "Where changes are sent, and what became of each delivery.",
}
#: What stands before a part of a path -> what the part is.
_PARTS: Final = {
    "assessments": "Id of the assessment.",
    "by-external-id": "Your system and its client, such as sap-prd-100.",
    "contracts": "Id of the contract.",
    "deliveries": "Id of the delivery.",
    "disclosures": "Id of the disclosure.",
    "engagements": "Id of the engagement.",
    "exports": "Id of the export.",
    "findings": "Id of the finding.",
    "incidents": "Id of the incident.",
    "ip-assets": "Id of the asset.",
    "jurisdictions": "ISO 3166-1 alpha-2.",
    "methodologies": "`content_hash` of the version.",
    "monitoring": "Id of what is watched.",
    "policies": "Id of the policy.",
    "questionnaires": "`content_hash` of the version.",
    "recalculations": "Id of the recalculation.",
    "reports": "Id of the report.",
    "scores": "Id of the score.",
    "sites": "Id of the site.",
    "statements": "The fiscal year, such as 2025.",
    "subcontracts": "Id of the subcontract.",
    "{system}": "The vendor's id in that system, with or without leading zeros.",
    "vendors": "Id of the vendor.",
    "webhook-endpoints": "Id of the endpoint.",
}
_DESCRIPTIONS: Final = {
    400: "Something in the request cannot be taken; `errors` says what and where.",
    401: "No credentials, or such as are unknown, revoked or expired.",
    403: "The scopes of this client do not cover this.",
    404: "There is nothing at this address, or it is not for this client to see.",
    406: "The answer cannot be had in the media type asked for.",
    409: "What stands in the way of the request, by `type`.",
    410: "It was there once, and is no longer kept.",
    412: "It was changed since it was read: read it again.",
    413: "The body is larger than this installation takes.",
    414: "The address is longer than 8,190 bytes.",
    415: "The body is not in a media type that is read here.",
    422: "The body is well formed, and cannot be done.",
    429: "Too many requests: `Retry-After` says how many seconds to wait.",
    503: "The database does not answer; `Retry-After` says when to try again.",
}
#: What went wrong (RFC 9457).
PROBLEM: Final = {
    "type": "object",
    "description": "What went wrong (RFC 9457). Members may be added.",
    "properties": {
        "type": {
            "type": "string",
            "format": "uri-reference",
            "description": "The kind, for programs: urn:surety:problem:… or about:blank.",
        },
        "title": {"type": "string", "description": "The words of the status."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": {"type": "string", "description": "What to know or to do, for people."},
        "errors": {
            "type": "array",
            "description": "One entry per value that cannot be taken.",
            "items": {
                "type": "object",
                "properties": {
                    "pointer": {
                        "type": "string",
                        "description": "Where it is in the body (RFC 6901), or `/name` of a "
                        "parameter.",
                    },
                    "detail": {"type": "string"},
                },
                "required": ["pointer", "detail"],
            },
        },
    },
    "required": ["type", "title", "status", "detail"],
}
_RATE_HEADERS: Final = {
    "RateLimit": {
        "description": "What is left in this window, and in how many seconds it ends.",
        "schema": {"type": "string", "example": '"client";r=588;t=42'},
    },
    "RateLimit-Policy": {
        "description": "How many requests a client may make in a window of so many seconds.",
        "schema": {"type": "string", "example": '"client";q=600;w=60'},
    },
}
_RETIREMENT_HEADERS: Final = {
    "Deprecation": {
        "description": "Since when the operation is deprecated (RFC 9745).",
        "schema": {"type": "string", "example": "@1767225600"},
        "required": True,
    },
    "Sunset": {
        "description": "From when on it is gone (RFC 8594).",
        "schema": {"type": "string", "example": "Wed, 01 Jul 2026 00:00:00 GMT"},
        "required": True,
    },
}
_RETRY: Final = {
    "description": "Seconds to wait before the next try.",
    "schema": {"type": "integer", "minimum": 1, "example": 5},
    "required": True,
}
_CHALLENGE: Final = {
    "description": "How to authenticate (RFC 6750).",
    "schema": {"type": "string", "example": 'Bearer realm="Surety API"'},
    "required": True,
}


class Schema(AutoSchema):
    """How one operation is described."""

    def get_summary(self) -> str | None:
        """The first line of what the method says of itself."""
        return self._words()[0]

    def get_description(self) -> str:  # type: ignore[override]  # as in drf-spectacular
        """What follows that line, else what the view says of itself."""
        said = self._words()[1] or inspect.getdoc(type(self.view)) or ""
        retirement = retirement_of(self.view, self.method)
        return f"{retirement.words()}\n\n{said}" if retirement else said

    def is_deprecated(self) -> bool:
        """Whether it was said that the operation is going away."""
        return retirement_of(self.view, self.method) is not None

    def get_tags(self) -> list[str]:
        """The noun that the path is about."""
        parts = [part for part in self.path.split("/") if part and "{" not in part]
        noun = parts[2] if len(parts) > 2 else parts[-1]
        return [_TAGS.get(noun, noun.replace("-", " ").capitalize())]

    def get_auth(self) -> list[dict[str, list[str]]]:
        """A key as bearer, a key in its own header, or a token with one of the scopes needed."""
        named = super().get_auth()
        if not named:
            return []
        scopes = _scopes(self.view, self.method)
        return [{"apiKey": []}, {"apiKeyHeader": []}, *({"oauth2": [scope]} for scope in scopes)]

    def _get_serializer_field_meta(self, field: Any, direction: str) -> dict[str, Any]:
        """What is sent as text and may not be blank has at least one character."""
        meta: dict[str, Any] = super()._get_serializer_field_meta(field, direction)  # type: ignore[no-untyped-call]
        if direction == "request" and isinstance(field, CharField) and not field.allow_blank:
            meta["minLength"] = 1
        return meta

    def _words(self) -> tuple[str, str]:
        handler = getattr(self.view, self.method.lower(), None)
        first, _blank, rest = (inspect.getdoc(handler) or "").partition("\n\n")
        return " ".join(first.split()), rest


def _scopes(view: APIView, method: str) -> list[str]:
    """The scopes of which any one is enough for this method of the view."""
    required = getattr(view, "required_permission", ())
    if isinstance(required, Mapping):
        required = required.get(method, ())
    enough = {required} if isinstance(required, Permission) else set(required)
    return sorted(scope for scope, held in SCOPE_PERMISSIONS.items() if held & enough)


def finish(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:
    """Complete the document that the views give: drf-spectacular's last hook."""
    result["components"]["schemas"]["Problem"] = PROBLEM
    for path, item in result["paths"].items():
        for operation in item.values():
            _name_parts(path, operation)
    for operation in _operations(result):
        _complete(operation)
        examples.attach(operation, result["components"]["schemas"])
    result["tags"] = [{"name": name, "description": _ABOUT[name]} for name in _tags(result)]
    return result


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()


def _tags(document: Mapping[str, Any]) -> list[str]:
    return sorted({tag for operation in _operations(document) for tag in operation["tags"]})


def _name_parts(path: str, operation: Mapping[str, Any]) -> None:
    """Say of each parameter in the path what it names."""
    pieces = path.split("/")
    for one in operation.get("parameters", ()):
        if one["in"] == "path":
            one["description"] = _PARTS[pieces[pieces.index(f"{{{one['name']}}}") - 1]]


def _complete(operation: dict[str, Any]) -> None:
    responses = operation["responses"]
    always = [400, 401, 403, 406, 414, 429, 503]
    if "requestBody" in operation:
        always += [413, 415]
    for status in always:
        responses.setdefault(str(status), {})
    for code, response in responses.items():
        status = int(code)
        if status >= 400:
            responses[code] = _problem(status)
        else:
            response["description"] = response.get("description") or HTTPStatus(status).phrase
        if status != 503:
            responses[code].setdefault("headers", {}).update(_RATE_HEADERS)
        if operation.get("deprecated"):
            responses[code].setdefault("headers", {}).update(_RETIREMENT_HEADERS)
    operation["responses"] = dict(sorted(responses.items()))


def _problem(status: int) -> dict[str, Any]:
    example = Problem(status, errors=_EXAMPLES.get(status, ())).body()
    headers: dict[str, Any] = {}
    if status in (429, 503):
        headers["Retry-After"] = _RETRY
    if status == 401:
        headers["WWW-Authenticate"] = _CHALLENGE
    return {
        "description": _DESCRIPTIONS.get(status, HTTPStatus(status).description),
        "headers": headers,
        "content": {
            CONTENT_TYPE: {
                "schema": {"$ref": "#/components/schemas/Problem"},
                "example": example,
            }
        },
    }


_EXAMPLES: Final[dict[int, tuple[dict[str, str], ...]]] = {
    400: ({"pointer": "/items/1/id", "detail": "This field is required."},),
}
