"""Files that the API hands out: whole, with their length and their hash."""

from base64 import b64encode
from collections.abc import Iterator
from typing import Any

from django.http import StreamingHttpResponse
from django.utils.http import parse_etags
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.request import Request


class AnyType(BaseContentNegotiation):
    """The file has its format already, whatever the caller would rather have."""

    def select_parser(self, request: Request, parsers: Any) -> Any:
        """The first."""
        return parsers[0]

    def select_renderer(self, request: Request, renderers: Any, format_suffix: Any = None) -> Any:
        """The first: what is refused is JSON."""
        return renderers[0], renderers[0].media_type


def file_answer(
    pieces: Iterator[bytes], *, name: str, content_type: str, size: int, sha256: str, **more: str
) -> StreamingHttpResponse:
    """A file; `size` and `sha256` (hexadecimal) are of the bytes that are sent."""
    digest = b64encode(bytes.fromhex(sha256)).decode()
    return StreamingHttpResponse(
        pieces,
        content_type=content_type,
        headers={
            "Content-Length": str(size),
            "Content-Disposition": f'attachment; filename="{name}"',
            "Repr-Digest": f"sha-256=:{digest}:",
            "ETag": file_tag(sha256),
            "Cache-Control": "private, no-store",
            **more,
        },
    )


def file_tag(sha256: str) -> str:
    """The entity tag of a file with this hash."""
    return f'"{sha256[:32]}"'


def is_known(request: Request, sha256: str) -> bool:
    """Whether `If-None-Match` names the file, so that nothing needs to be sent."""
    known = parse_etags(request.headers.get("If-None-Match", ""))
    return file_tag(sha256) in known or "*" in known
