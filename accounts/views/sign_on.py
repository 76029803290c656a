"""The addresses of signing in by a provider. Where none is set up, there is nothing here."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Final

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView, OAuth2LoginView
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter
from allauth.socialaccount.providers.saml import views as saml
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from lxml.etree import LxmlError
from requests import RequestException

from accounts import sign_in_log

View = Callable[..., HttpResponseBase]
#: Signatures by a key of which only the provider holds the private half.
ALGORITHMS: Final = [
    *("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"),
]
SLUG: Final = "sso"


class Adapter(OpenIDConnectOAuth2Adapter):  # type: ignore[misc]
    """Stricter than the library: the token is there, signed, of this issuer and of one person."""

    def complete_login(self, request: HttpRequest, app: Any, token: Any, **kwargs: Any) -> Any:
        """Raises OAuth2Error, which becomes a page."""
        if not kwargs["response"].get("id_token"):
            raise OAuth2Error("no id_token")
        issuer = str(app.settings["server_url"])
        if str(self.openid_config["issuer"]).rstrip("/") != issuer.rstrip("/"):
            raise OAuth2Error("another issuer")
        login = super().complete_login(request, app, token, **kwargs)
        said = login.account.extra_data
        if said.get("userinfo", {}).get("sub") != said["id_token"]["sub"]:
            raise OAuth2Error("token and user are not of one person")
        return login

    def _decode_id_token(self, app: Any, id_token: str) -> dict[str, Any]:
        """What the token says, if one of the provider's keys has signed it for us and it is new."""
        with get_adapter().get_requests_session() as session:
            answer = session.get(self.openid_config["jwks_uri"])
        answer.raise_for_status()
        try:
            decoded: dict[str, Any] = jwt.decode(
                id_token,
                key=_key(id_token, answer.json()),
                algorithms=ALGORITHMS,
                issuer=self.openid_config["issuer"],
                audience=app.client_id,
                options={"require": ["iss", "sub", "aud", "exp", "iat"]},
            )
        except (jwt.PyJWTError, ValueError) as error:
            raise OAuth2Error("a token that cannot be taken") from error
        jwtkit.verify_jti(decoded)
        return decoded


def _key(id_token: str, published: dict[str, Any]) -> jwt.PyJWK:
    """The key that the token names; where it names none, the only one there is."""
    keys = jwt.PyJWKSet.from_dict(published).keys
    named = jwt.get_unverified_header(id_token).get("kid")
    found = [key for key in keys if named is None or key.key_id == named]
    if len(found) != 1:
        raise jwt.InvalidKeyError("no key, or too many")
    return found[0]


def oidc_login(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """On to the provider."""
    return _oidc(OAuth2LoginView, request, provider_id)


def oidc_callback(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """Back from the provider."""
    return _oidc(OAuth2CallbackView, request, provider_id)


def _oidc(kind: Any, request: HttpRequest, provider_id: str) -> HttpResponseBase:
    if provider_id != "oidc" or "oidc" not in settings.SIGN_ON:
        raise Http404
    try:
        answer: HttpResponseBase = kind.adapter_view(Adapter(request, provider_id))(request)
    except RequestException:
        sign_in_log.failed(request, by=[provider_id], reason="no_answer")
        return render(request, "socialaccount/authentication_error.html", status=503)
    return answer


def _readable(view: View) -> View:
    def inner(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
        try:
            return view(request, organization_slug=organization_slug)
        except LxmlError:
            # What the browser brought is no answer of anybody.
            sign_in_log.failed(request, by=["saml"], reason="unreadable")
            return render(request, "socialaccount/authentication_error.html", status=401)

    return update_wrapper(inner, view)


def _saml(view: View) -> View:
    def inner(request: HttpRequest, organization_slug: str) -> HttpResponseBase:
        if organization_slug != SLUG or "saml" not in settings.SIGN_ON:
            raise Http404
        return view(request, organization_slug=organization_slug)

    # With what the library has put on its view: who posts here holds no token of our forms.
    return update_wrapper(inner, view)


saml_login = _saml(saml.login)
saml_acs = _saml(saml.acs)
saml_finish = _saml(_readable(saml.finish_acs))
saml_metadata = _saml(saml.metadata)


def saml_signed_out(request: HttpRequest, organization_slug: str) -> HttpResponse:
    """Signing out at the provider does not sign out here: the page asks, as always."""
    if organization_slug != SLUG or "saml" not in settings.SIGN_ON:
        raise Http404
    return redirect("account_logout")


def cancelled(request: HttpRequest) -> HttpResponse:
    """They have not gone through with it at the provider."""
    return render(request, "socialaccount/login_cancelled.html")


def proved(request: HttpRequest) -> HttpResponse:
    """Back from the provider beside a page that waits: nothing more to do here."""
    return render(request, "account/proved.html")
