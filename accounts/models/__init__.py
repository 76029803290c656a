"""Tables of people, business units, and the clients of the API."""

from accounts.models.people import (
    ApiClient,
    ApiKey,
    BusinessUnit,
    Membership,
    User,
    UserManager,
)

__all__ = ["ApiClient", "ApiKey", "BusinessUnit", "Membership", "User", "UserManager"]
