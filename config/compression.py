"""Pages go over the line compressed; everything else goes as it is.

Answers of the API keep their strong ETags, which compression would weaken, and exports are
compressed where they are made. Against guessing a secret by the length of a page (BREACH), Django
pads each page by a random length and masks the token of forms anew in each.
"""

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.gzip import GZipMiddleware
from django.utils.cache import patch_vary_headers

from accounts.codings import takes_gzip


class PageCompressionMiddleware(GZipMiddleware):
    """Django's, for HTML alone."""

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        """The page in gzip for whoever takes it."""
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        # Django takes the mere name for a yes, also where its weight is nothing.
        if not takes_gzip(request.headers.get("Accept-Encoding", "")):
            patch_vary_headers(response, ("Accept-Encoding",))
            return response
        return super().process_response(request, response)
