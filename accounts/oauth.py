"""OAuth2 client credentials: a token never carries more scopes than its client holds."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from oauth2_provider.scopes import BaseScopes

from accounts.models import ApiClient

if TYPE_CHECKING:
    _Base = object
else:
    _Base = BaseScopes


class ClientScopes(_Base):
    """The scopes backend of django-oauth-toolkit, reading the client's own list."""

    def get_all_scopes(self) -> dict[str, str]:
        """Every scope there is, with its description."""
        return {scope: str(words) for scope, words in settings.OAUTH2_PROVIDER["SCOPES"].items()}

    def get_available_scopes(
        self, application: ApiClient | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """What this client may ask for."""
        return list(application.scopes) if application is not None else []

    def get_default_scopes(
        self, application: ApiClient | None = None, request: Any = None, *args: Any, **kwargs: Any
    ) -> list[str]:
        """What it gets without asking for anything in particular: all that it holds."""
        return self.get_available_scopes(application)
