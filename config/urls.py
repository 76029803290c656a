"""Every address of Surety."""

from django.urls import URLPattern, URLResolver, include, path, re_path

from config import api, health, oauth
from config.gallery import gallery
from config.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("gallery/", gallery, name="gallery"),
    path("accounts/", include("accounts.sign_in_urls")),
    path("oauth/token", oauth.Token.as_view(), name="oauth_token"),
    path("api/v1/", include((api.v1, "api"))),
    re_path(r"^api/", api.NothingHereView.as_view(), name="api_nothing_here"),
    path("", include(api.description)),
    path("", include("accounts.urls")),
    path("", include("vendors.urls")),
    path("portal/", include("assessments.portal.urls")),
    path("", include("assessments.urls")),
    path("", include("scoring.urls")),
    path("", include("search.urls")),
    path("", include("webhooks.urls")),
    path("", include("reports.urls")),
]

handler400 = "config.problems.bad_request"
handler403 = "config.problems.forbidden"
handler404 = "config.problems.not_found"
handler500 = "config.problems.server_error"
