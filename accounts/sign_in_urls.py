"""The addresses of signing in: of everything allauth could serve, only what is used here.

Nobody signs up, so there is no address for it. The names are those allauth looks for.
"""

from allauth.account import views
from allauth.mfa.base.views import authenticate
from allauth.mfa.webauthn.views import login_webauthn
from django.urls import path, re_path

from accounts.views.sign_in import sign_in

urlpatterns = [
    path("login/", sign_in, name="account_login"),
    path("second-factor/", authenticate, name="mfa_authenticate"),
    path("passkey/", login_webauthn, name="mfa_login_webauthn"),
    path("logout/", views.logout, name="account_logout"),
    path("inactive/", views.account_inactive, name="account_inactive"),
    path("password/change/", views.password_change, name="account_change_password"),
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
