"""What an installation decides about signing in by a provider of its own: OpenID Connect, SAML."""

from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

from pydantic import SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

from config.sign_in import ROLES, names

OIDC: Final = "oidc"
SAML: Final = "saml"
_LOOPBACK: Final = {"localhost", "127.0.0.1", "::1"}


class SignOnEnv(BaseSettings):
    """One provider by OpenID Connect, one by SAML, both or neither.

    `*_email_domains`: domains whose addresses the provider vouches for although it does not say
    that they are verified. `*_mfa_values`: what it says (amr or acr) when it has asked for a second
    factor itself. With `sso_auto_provision`, whoever it sends gets an account, with `sso_new_role`
    in all business units or without any role.
    """

    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: SecretStr = SecretStr("")
    oidc_name: str = "single sign-on"
    oidc_email_domains: str = ""
    oidc_mfa_values: str = "mfa"
    saml_metadata: str = ""
    saml_entity_id: str = ""
    saml_name: str = "single sign-on"
    saml_email_domains: str = ""
    saml_mfa_values: str = "http://schemas.microsoft.com/claims/multipleauthn"
    sso_auto_provision: bool = False
    sso_new_role: str = ""

    @field_validator("oidc_issuer")
    @classmethod
    def _encrypted(cls, value: str) -> str:
        parts = urlsplit(value)
        if value and parts.scheme != "https" and parts.hostname not in _LOOPBACK:
            raise ValueError("it has to begin with https://")
        return value.rstrip("/")

    @field_validator("sso_new_role")
    @classmethod
    def _known_role(cls, value: str) -> str:
        if value and value not in ROLES:
            raise ValueError(f"there is no role {value}")
        return value

    @model_validator(mode="after")
    def _whole(self) -> "SignOnEnv":
        if self.oidc_issuer and not self.oidc_client_id:
            raise ValueError("OIDC_CLIENT_ID is missing beside OIDC_ISSUER")
        if self.saml_metadata.startswith("https://") and not self.saml_entity_id:
            raise ValueError("SAML_ENTITY_ID is missing beside the address in SAML_METADATA")
        if self.saml_metadata and not self.saml_email_domains:
            raise ValueError("SAML_EMAIL_DOMAINS is missing beside SAML_METADATA")
        return self

    def sign_on(self) -> dict[str, dict[str, Any]]:
        """Provider -> what we ask of what it says."""
        found: dict[str, dict[str, Any]] = {}
        if self.oidc_issuer:
            found[OIDC] = {
                "name": self.oidc_name,
                "domains": names(self.oidc_email_domains),
                "mfa": _as_they_are(self.oidc_mfa_values),
            }
        if self.saml_metadata:
            found[SAML] = {
                "name": self.saml_name,
                "domains": names(self.saml_email_domains),
                "mfa": _as_they_are(self.saml_mfa_values),
            }
        return found

    def providers(self) -> dict[str, Any]:
        """The library's setting. Raises OSError or ValueError for SAML_METADATA."""
        found: dict[str, Any] = {}
        if self.oidc_issuer:
            found["openid_connect"] = {
                "APPS": [
                    oidc_app(
                        issuer=self.oidc_issuer,
                        client_id=self.oidc_client_id,
                        secret=self.oidc_client_secret.get_secret_value(),
                        name=self.oidc_name,
                    )
                ]
            }
        if self.saml_metadata:
            found["saml"] = {"APPS": [saml_app(self._identity_provider(), name=self.saml_name)]}
        return found

    def _identity_provider(self) -> dict[str, Any]:
        if self.saml_metadata.startswith("https://"):
            return {"entity_id": self.saml_entity_id, "metadata_url": self.saml_metadata}
        return identity_provider(Path(self.saml_metadata).read_text(encoding="utf-8"))


def oidc_app(*, issuer: str, client_id: str, secret: str, name: str) -> dict[str, Any]:
    """One provider by OpenID Connect, in the library's words."""
    return {
        "provider_id": OIDC,
        "name": name,
        "client_id": client_id,
        "secret": secret,
        "settings": {"server_url": issuer, "oauth_pkce_enabled": True},
    }


def saml_app(idp: dict[str, Any], *, name: str) -> dict[str, Any]:
    """One identity provider by SAML, in the library's words; its assertions have to be signed."""
    return {
        "provider_id": SAML,
        "name": name,
        "client_id": "sso",
        "settings": {
            "idp": idp,
            "advanced": {
                "strict": True,
                "allow_single_label_domains": True,
                "want_assertion_signed": True,
                "reject_idp_initiated_sso": True,
                "reject_deprecated_algorithm": True,
            },
        },
    }


def identity_provider(metadata: str) -> dict[str, Any]:
    """What a file of metadata says. Raises ValueError where it lacks something."""
    # Loads the XML library, which nobody needs who signs in otherwise.
    from onelogin.saml2.idp_metadata_parser import (  # noqa: PLC0415
        OneLogin_Saml2_IdPMetadataParser,
    )

    told = OneLogin_Saml2_IdPMetadataParser.parse(metadata).get("idp", {})
    certificate = told.get("x509cert") or next(
        iter(told.get("x509certMulti", {}).get("signing", [])), ""
    )
    sso_url = told.get("singleSignOnService", {}).get("url", "")
    if not (told.get("entityId") and sso_url and certificate):
        raise ValueError("the metadata name no entity, address or certificate")
    return {"entity_id": told["entityId"], "sso_url": sso_url, "x509cert": certificate}


def _as_they_are(value: str) -> list[str]:
    return [one.strip() for one in value.split(",") if one.strip()]
