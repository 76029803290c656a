"""Every address of Surety."""

from django.urls import URLPattern, URLResolver, include, path
from oauth2_provider.views import TokenView

from config import api, health
from config.gallery import gallery
from config.metrics import metrics

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
    path("gallery/", gallery, name="gallery"),
    path("accounts/", include("accounts.sign_in_urls")),
    path("oauth/token", TokenView.as_view(), name="oauth_token"),
    path("api/v1/", include((api.v1, "api"))),
    path("", include(api.description)),
    path("", include("accounts.urls")),
    path("", include("vendors.urls")),
    path("portal/", include("assessments.portal.urls")),
    path("", include("assessments.urls")),
    path("", include("scoring.urls")),
    path("", include("webhooks.urls")),
]

handler400 = "config.problems.bad_request"
handler403 = "config.problems.forbidden"
handler404 = "config.problems.not_found"
handler500 = "config.problems.server_error"
