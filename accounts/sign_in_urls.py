"""The addresses of signing in: of everything allauth could serve, only what is used here.

Nobody signs up, so there is no address for it. The names are those allauth looks for.
"""

from allauth.account import views
from django.urls import path, re_path

from accounts.views import sign_on
from accounts.views.sign_in import passkey, password_change, second_factor, sign_in, sign_out

_saml = "saml/<slug:organization_slug>/"

urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("second-factor/", second_factor, name="mfa_authenticate"),
    path("passkey/", passkey, name="mfa_login_webauthn"),
    path("stopped/", sign_on.cancelled, name="socialaccount_login_cancelled"),
    path("still-you/", sign_on.proved, name="account_proved"),
    path("oidc/<slug:provider_id>/", sign_on.oidc_login, name="openid_connect_login"),
    path(
        "oidc/<slug:provider_id>/callback/", sign_on.oidc_callback, name="openid_connect_callback"
    ),
    path(f"{_saml}login/", sign_on.saml_login, name="saml_login"),
    path(f"{_saml}acs/", sign_on.saml_acs, name="saml_acs"),
    path(f"{_saml}acs/finish/", sign_on.saml_finish, name="saml_finish_acs"),
    path(f"{_saml}metadata/", sign_on.saml_metadata, name="saml_metadata"),
    path(f"{_saml}sls/", sign_on.saml_signed_out, name="saml_sls"),
    path("logout/", sign_out, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", password_change, name="account_change_password"),
    path("password/reset/", views.password_reset, name="account_reset_password"),
    path("password/reset/done/", views.password_reset_done, name="account_reset_password_done"),
    path(
        "password/reset/key/done/",
        views.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        views.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
]
