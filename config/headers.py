"""What every answer tells browsers beyond Django's own settings, and what is asked without TLS."""

from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from config import problems

#: Devices and powers of a browser that no page of ours uses, nor anything that got into one. Those
#: that browsers do not know make them complain on every page, and are left out.
_UNUSED: Final = (
    "accelerometer", "autoplay", "browsing-topics", "camera", "compute-pressure", "display-capture",
    "encrypted-media", "gamepad", "geolocation", "gyroscope", "hid", "identity-credentials-get",
    "idle-detection", "local-fonts", "magnetometer", "microphone", "midi", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "storage-access", "usb",
    "window-management", "xr-spatial-tracking",
)  # fmt: skip
HEADERS: Final = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": ", ".join(f"{one}=()" for one in _UNUSED),
    # Nothing between us and a browser keeps a page, and the browser asks before it shows one again.
    "Cache-Control": "private, no-cache",
}
_WITHOUT_TLS: Final = problems.Problem(
    403,
    "Programs ask over https only. Whatever key came with this request was readable on its way: "
    "replace it.",
    "urn:surety:problem:https_only",
)

GetResponse = Callable[[HttpRequest], HttpResponseBase]


class BrowserHeadersMiddleware:
    """Sets `HEADERS` on answers that have none of their own."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        return response


class HttpsForProgramsMiddleware:
    """Refuses what programs ask without TLS. Led on to https, nobody would notice the mistake."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if settings.SECURE_SSL_REDIRECT and not request.is_secure() and problems.is_api(request):
            return problems.answer(_WITHOUT_TLS)
        return self.get_response(request)
