"""Addresses of the pages of evidence."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import certificates, evidence

_one = "evidence/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("vendors/<uuid:pk>/evidence/", evidence.index, name="vendor_evidence"),
    path("vendors/<uuid:pk>/evidence/add/", evidence.add, name="evidence_add"),
    path(_one, evidence.show, name="evidence"),
    path(f"{_one}edit/", evidence.edit, name="evidence_edit"),
    path(f"{_one}version/", evidence.version, name="evidence_version"),
    path(f"{_one}withdraw/", evidence.withdraw, name="evidence_withdraw"),
    path(f"{_one}certificate/", certificates.edit, name="evidence_certificate"),
    path("evidence-files/<uuid:pk>/", evidence.file, name="evidence_file"),
]
