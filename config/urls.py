"""Every address of Surety."""

from django.urls import URLPattern, URLResolver, include, path

from config import health
from config.gallery import gallery

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("gallery/", gallery, name="gallery"),
    path("accounts/", include("allauth.urls")),
    path("", include("accounts.urls")),
    path("", include("vendors.urls")),
    path("", include("assessments.urls")),
    path("", include("scoring.urls")),
]

handler400 = "config.problems.bad_request"
handler403 = "config.problems.forbidden"
handler404 = "config.problems.not_found"
handler500 = "config.problems.server_error"
