"""Addresses of evidence beside answers, and of certificates that answer questions."""

from django.urls import URLPattern, URLResolver, path

from assessments.views import certificates, proof

_one = "assessments/<uuid:pk>/evidence/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(_one, proof.overview, name="proofs"),
    path(f"{_one}<slug:key>/", proof.question, name="proof"),
    path(f"{_one}<slug:key>/remove/<uuid:evidence>/", proof.remove, name="proof_remove"),
    path("assessments/<uuid:pk>/certificates/", certificates.index, name="certificates"),
    path(
        "assessments/<uuid:pk>/certificates/confirm/",
        certificates.confirm,
        name="certificates_confirm",
    ),
    path("evidence/<uuid:pk>/uses/", proof.uses, name="evidence_uses"),
]
