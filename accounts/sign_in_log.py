"""Lines of the log about signing in: who came in and how, and each try that failed.

Each has the id of its request, as all lines have. None holds what was typed: an address with a slip
may be somebody else's, and now and then it is a password in the wrong field.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import structlog
from allauth.account.adapter import get_adapter
from django.http import HttpRequest

from accounts.models import User
from audit.errors import Refused

log = structlog.get_logger(__name__)


class AddressUnknown(Refused):
    """Tries are counted by address, and that of this request is not known."""

    status = 403
    code = "address_unknown"


def address(request: HttpRequest) -> str | None:
    """Where a request comes from, behind the proxies that the settings trust; None: not known."""
    try:
        return str(get_adapter().get_client_ip(request))
    except AddressUnknown:
        return None


def came_in(request: HttpRequest, user: User, *, by: list[str]) -> None:
    """They are signed in; `by`: each proof of who they are, in order."""
    log.info("sign_in.done", user_id=str(user.pk), by=by, ip=address(request))


def proved(request: HttpRequest, user: User, *, by: str) -> None:
    """Somebody who is signed in has proved that it is still them."""
    log.info("proof.done", user_id=str(user.pk), by=[by], ip=address(request))


def failed(request: HttpRequest, *, by: list[str], reason: str, user: User | None = None) -> None:
    """They are not signed in; or somebody who is has not proved that it is still them.

    `user`: whose account it is, where that is known.
    """
    event = "proof.failed" if request.user.is_authenticated else "sign_in.failed"
    log.warning(
        event, user_id=str(user.pk) if user else None, by=by, reason=reason, ip=address(request)
    )


def ways(records: Iterable[Mapping[str, Any]]) -> list[str]:
    """What the library notes of a sign-in, in words of the log: ["password", "totp"]."""
    return [str(one.get("type") or one.get("provider") or one["method"]) for one in records]
