"""`Idempotency-Key`: a request that is sent again is answered again, and carried out once.

Follows draft-ietf-httpapi-idempotency-key-header-06; docs/adr/0035 says where it goes its own way.
"""

import json
import re
from collections.abc import Callable, Iterator
from functools import wraps
from hashlib import file_digest, sha256
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

from django.core.files import File
from django.db import transaction
from django.http import QueryDict
from drf_spectacular.utils import OpenApiParameter
from rest_framework.exceptions import ValidationError
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_answers import ProblemDocument
from accounts.marks import Mark
from accounts.models import ApiClient
from accounts.services import idempotency
from accounts.services.idempotency import Answer

P = ParamSpec("P")
V = TypeVar("V", bound=APIView)

HEADER: Final = "Idempotency-Key"
REPLAYED: Final = "Idempotency-Replayed"
LONGEST: Final = 255
#: On methods that a client may send again.
IS_ONCE: Final = Mark[bool]("is_once")
#: Header parameter of every operation that is `once`.
IDEMPOTENCY_KEY: Final = OpenApiParameter(
    HEADER,
    {
        "type": "string",
        "pattern": r'^([!#-+\--~]{1,255}|"([ !#-\[\]-~]|\\["\\]){1,255}")$',
        "example": "6f2f5a4e-61a5-4b9a-9f2e-0a3b6d1c7e58",
    },
    OpenApiParameter.HEADER,
    description=(
        "Any text that is new for each change, such as a UUID, plain or in quotes; up to "
        f"{LONGEST} visible characters. The same request under the same key is carried out once: "
        f"for 24 hours its answer comes again, with `{REPLAYED}: true`. Another request under "
        "the key is refused with 422, one that comes while the first is at work with 409 and "
        "`Retry-After`. What was refused has changed nothing and leaves the key free."
    ),
)
#: What an operation that is `once` may answer besides its own.
ONCE: Final[dict[int, Any]] = {409: ProblemDocument, 422: ProblemDocument}

# A string of RFC 8941 in its quotes, or the same characters without any.
_QUOTED: Final = re.compile(r'"((?:[ !#-\[\]-~]|\\["\\])*)"')
_PLAIN: Final = re.compile(r"[!#-+\--~]+")


def once(
    method: Callable[Concatenate[V, Request, P], Response],
) -> Callable[Concatenate[V, Request, P], Response]:
    """A method of an API view that a client may send again under an idempotency key.

    With a key, the change and its answer are one transaction. What fails raises, so that the
    transaction ends without either. Name `IDEMPOTENCY_KEY` and `ONCE` in its description.
    """

    @wraps(method)
    def inner(view: V, request: Request, /, *args: P.args, **kwargs: P.kwargs) -> Response:
        key = _key_of(request)
        if key is None:
            return method(view, request, *args, **kwargs)
        client = cast("ApiClient", request.user)
        request_hash = _hash_of(request)
        with transaction.atomic():
            kept = idempotency.claim(client=client, key=key, request_hash=request_hash)
            if kept is not None:
                return Response(kept.body, kept.status, headers={**kept.headers, REPLAYED: "true"})
            response = method(view, request, *args, **kwargs)
            answer = _answer_of(response)
            idempotency.keep(client=client, key=key, request_hash=request_hash, answer=answer)
        return response

    return IS_ONCE.put(inner, True)


def _key_of(request: Request) -> str | None:
    """The key that was sent. ValidationError names the header."""
    given = request.headers.get(HEADER)
    if given is None:
        return None
    given = given.strip()
    quoted = _QUOTED.fullmatch(given)
    key = re.sub(r"\\(.)", r"\1", quoted[1]) if quoted else given
    if not (quoted or _PLAIN.fullmatch(given)) or not 1 <= len(key) <= LONGEST:
        raise ValidationError(
            {HEADER: [f"Give 1 to {LONGEST} visible ASCII characters, plain or in quotes."]}
        )
    return key


def _hash_of(request: Request) -> bytes:
    """SHA-256 of what is asked: method, address and body."""
    digest = sha256(f"{request.method}\n{request.get_full_path()}\n".encode())
    for part in _parts(request):
        # Each with its length, so that no two requests run together to the same bytes.
        digest.update(b"%d\n" % len(part))
        digest.update(part)
    return digest.digest()


def _parts(request: Request) -> Iterator[bytes]:
    """What of the body tells requests apart. The boundary of a multipart body does not."""
    if not (request.content_type or "").startswith("multipart/"):
        yield request.body
        return
    fields = cast("QueryDict", request.data)
    for name, values in sorted(fields.lists()):
        for value in values:
            yield str(name).encode()
            if isinstance(value, File):
                yield str(value.name).encode()
                yield file_digest(value, "sha256").digest()
                value.seek(0)
            else:
                yield str(value).encode()


def _answer_of(response: Response) -> Answer:
    body = json.loads(JSONRenderer().render(response.data) or "null")
    return Answer(response.status_code, dict(response.headers), body)
