"""How second factors are kept and called here."""

from typing import TYPE_CHECKING, Any, Final

from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.utils.translation import gettext_lazy as _

from accounts import sealing
from accounts.organisation import organisation_name

PURPOSE: Final = "second factor"

if TYPE_CHECKING:
    # The library ships no types.
    class _Base:
        error_messages: dict[str, Any]
else:
    _Base = DefaultMFAAdapter


class MFAAdapter(_Base):
    """Secrets are sealed: the database alone opens nobody's account."""

    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("This code is not right, or it was used already. Try the next one."),
    }

    def get_totp_issuer(self) -> str:
        """What the app on the telephone shows above the code."""
        return f"Surety ({organisation_name()})"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What the browser shows while it asks for the key; bound to the host alone."""
        return {"id": context.request.get_host().partition(":")[0], "name": "Surety"}

    def encrypt(self, text: str) -> str:
        """Sealed by a key that is not in the database."""
        return sealing.seal(text, purpose=PURPOSE).decode()

    def decrypt(self, encrypted_text: str) -> str:
        """Raises sealing.Unreadable."""
        return sealing.unseal(encrypted_text.encode(), purpose=PURPOSE)
