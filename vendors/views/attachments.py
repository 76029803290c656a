"""Handing files out: saved by the browser, never shown by it as a page of ours."""

from django.http import StreamingHttpResponse
from django.utils.http import content_disposition_header

from vendors.services.evidence import Download


def handed_out(download: Download) -> StreamingHttpResponse:
    """The file as an attachment, piece by piece. Staff pages and the vendor portal both use it."""
    file = download.file
    response = StreamingHttpResponse(download.pieces, content_type=file.content_type)
    response["Content-Length"] = str(file.size)
    response["Content-Disposition"] = content_disposition_header(True, file.name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "private, no-store"
    return response
