"""Which requests programs make, and the length of what they send in chunks.

Known before the settings are: nothing here may import the framework of the API.
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, Final

from django.conf import settings

#: Where programs ask, and get problem documents instead of pages.
API_PREFIXES: Final = ("/api/", "/oauth/")
_PIECE: Final = 65_536
_AT_MOST: Final = 128 * 1024 * 1024

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


def patient(application: Application) -> Application:
    """The application, as programs need it that send large bodies, or bodies in chunks.

    Django takes a body without a length for none at all. So what comes in chunks is counted first;
    a form with a file, which is read piece by piece, is said to be longer than any that is taken.
    And a body that is refused is read to its end all the same: a connection that is closed on
    somebody who is still sending looks like a broken line, and the refusal is lost.
    """

    def serve(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if not environ.get("PATH_INFO", "").startswith(API_PREFIXES):
            return application(environ, start_response)
        body = environ["wsgi.input"]
        if environ.get("wsgi.input_terminated") and _in_chunks(environ):
            # One byte more than is taken: the view sees that it is too large, and refuses it.
            if environ.get("CONTENT_TYPE", "").lower().startswith("multipart/form-data"):
                environ["CONTENT_LENGTH"] = str(settings.API_MAX_UPLOAD_BYTES + 1)
            else:
                start = body.read(settings.API_MAX_BODY_BYTES + 1)
                environ["wsgi.input"] = BytesIO(start)
                environ["CONTENT_LENGTH"] = str(len(start))
        answer = application(environ, start_response)
        _read_on(body)
        return answer

    return serve


def _in_chunks(environ: Environ) -> bool:
    chunked = environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
    return chunked and "CONTENT_LENGTH" not in environ


def _read_on(body: Any) -> None:
    """To the end, or until it is more than anybody sends by mistake."""
    left = _AT_MOST
    while left > 0 and (piece := body.read(min(left, _PIECE))):
        left -= len(piece)
