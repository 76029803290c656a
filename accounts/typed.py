"""What a form sent, for whoever typed it where it could not be taken, and the page it was on."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from django import forms
from django.http import HttpRequest
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.posting import page_at

_SECRET: Final = re.compile(r"password|\A(?:secret|token|code)\Z", re.IGNORECASE)
#: What pages send along that nobody has typed.
_CARRIED: Final = re.compile(
    r"csrfmiddlewaretoken|(?:.*[-_])?(?:version|base|state)|next|show|back|go|then|query|seen",
)
_ID: Final = re.compile(r"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")


@dataclass(frozen=True)
class Typed:
    """`fields`: (name, value) as they were sent, to be sent once more; empty where a part of them
    is secret and so not on the page. `told`: (label, text) for people. `files`: there were some."""

    fields: list[tuple[str, str]]
    told: list[tuple[str, str]]
    files: bool


def typed(request: HttpRequest) -> Typed:
    """What was sent by this request. Passwords and codes are in none of it."""
    if request.method != "POST":
        return Typed([], [], files=False)
    sent = [
        (name, value)
        for name in request.POST
        if name != "csrfmiddlewaretoken"
        for value in request.POST.getlist(name)
    ]
    open_to_see = [pair for pair in sent if not _SECRET.search(pair[0])]
    said = [
        (name, value)
        for name, value in open_to_see
        if value.strip() and not (_CARRIED.fullmatch(name) or _ID.fullmatch(value))
    ]
    known = _fields({name for name, _value in said})
    told = [
        (_label(name, known), _words(value, known.get(name)))
        for name, value in said
        if name not in known or not known[name].widget.is_hidden
    ]
    whole = len(open_to_see) == len(sent)
    return Typed(sent if whole else [], told, files=bool(request.FILES))


def came_from(request: HttpRequest) -> str:
    """The page of ours that the request was sent from, as a path; "" where that is not known.

    A form that was shown at an address that answers POST alone: the nearest page above it.
    """
    referer = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(referer, {request.get_host()}):
        return ""
    parts = urlsplit(referer)
    path = parts._replace(scheme="", netloc="", fragment="").geturl() or "/"
    # Two slashes in front would name another host.
    if path.startswith("//"):
        return ""
    page = page_at(parts.path)
    return path if page == parts.path else page


def is_ours(request: HttpRequest) -> bool:
    """Whether the browser says that a page of this very site sent the request."""
    return request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


def _fields(names: set[str]) -> dict[str, forms.Field]:
    """The fields of the form with most of these names; two or fewer fit too many forms."""
    found: dict[str, forms.Field] = {}
    for form in _forms(forms.BaseForm):
        fields: dict[str, forms.Field] = getattr(form, "base_fields", {})
        held = {name: fields[name] for name in names & fields.keys()}
        if len(held) > max(len(found), 2):
            found = held
    return found


def _forms(form: type[forms.BaseForm]) -> Iterator[type[forms.BaseForm]]:
    for one in form.__subclasses__():
        yield one
        yield from _forms(one)


def _label(name: str, known: dict[str, forms.Field]) -> str:
    field = known.get(name)
    if field is not None and field.label:
        return str(field.label)
    return re.sub(r"[-_]+", " ", name.removeprefix("q-")).strip().capitalize()


def _words(value: str, field: forms.Field | None) -> str:
    """The label of what was chosen; else as it was typed."""
    for key, label in getattr(field, "choices", ()):
        if str(key) == value and not isinstance(label, list | tuple):
            return str(label)
    return value
