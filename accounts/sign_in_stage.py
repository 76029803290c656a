"""When signing in takes a second step."""

from typing import TYPE_CHECKING, Any

from allauth.mfa.stages import AuthenticateStage
from django.http import HttpRequest

if TYPE_CHECKING:
    # The library ships no types.
    class _Base:
        login: Any

        def _should_handle(self, request: HttpRequest) -> bool: ...
else:
    _Base = AuthenticateStage


class SecondFactorStage(_Base):
    """As the library has it, but not where the provider says that it has asked already."""

    def _should_handle(self, request: HttpRequest) -> bool:
        return not asked_by_provider(request, self.login.user) and super()._should_handle(request)


def asked_by_provider(request: HttpRequest, user: Any) -> bool:
    """Whether the provider that somebody comes from right now has asked for a second factor."""
    return user is not None and getattr(request, "provider_factor", "") == str(user.pk)
