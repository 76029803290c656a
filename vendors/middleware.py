"""Addresses of vendors that were merged lead on to the record that stands for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from accounts.doors import as_request
from vendors.selectors import merges

GetResponse = Callable[[HttpRequest], HttpResponse]
#: What an address begins with that names a vendor, on the pages and in the API.
_ROUTES: Final = ("vendors/<uuid:pk>", "api/v1/vendors/<uuid:pk>")


class MergedVendorMiddleware:
    """A page, or an answer of the API, about a merged vendor is not there: says where it is.

    Only for those who see the other record; to all others it is as if there were none. Not for
    good: a merge can be undone.
    """

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code != 404 or request.method not in {"GET", "HEAD"}:
            return response
        return self._elsewhere(request) or response

    def _elsewhere(self, request: HttpRequest) -> HttpResponse | None:
        match = request.resolver_match
        if match is None or not match.route.startswith(_ROUTES):
            return None
        named = match.kwargs.get("pk")
        if not isinstance(named, UUID):
            return None
        survivor = merges.visible_survivor(as_request(request).principal, named)
        if survivor is None:
            return None
        address = reverse(match.view_name, kwargs={**match.kwargs, "pk": survivor})
        query = request.META.get("QUERY_STRING", "")
        return redirect(f"{address}?{query}" if query else address)
