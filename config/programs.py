"""Which requests programs make, and the length of what they send in chunks.

Known before the settings are: nothing here may import the framework of the API.
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any, Final

from django.conf import settings

#: Where programs ask, and get problem documents instead of pages.
API_PREFIXES: Final = ("/api/", "/oauth/")

Environ = dict[str, Any]
Application = Callable[[Environ, Any], Iterable[bytes]]


def counted(application: Application) -> Application:
    """The application, told the length of every body that a program sends it.

    Django takes a body without a length for none at all.
    """

    def serve(environ: Environ, start_response: Any) -> Iterable[bytes]:
        if environ.get("wsgi.input_terminated") and _in_chunks(environ):
            # One byte more than is taken: the view sees that it is too large, and refuses it.
            body = environ["wsgi.input"].read(settings.API_MAX_BODY_BYTES + 1)
            environ["wsgi.input"] = BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
        return application(environ, start_response)

    return serve


def _in_chunks(environ: Environ) -> bool:
    return (
        environ.get("HTTP_TRANSFER_ENCODING", "").lower() == "chunked"
        and "CONTENT_LENGTH" not in environ
        and environ.get("PATH_INFO", "").startswith(API_PREFIXES)
    )
