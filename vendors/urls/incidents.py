"""Addresses of the pages of IP incidents, monitoring plans and training."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import incident_parts, incident_steps, incidents

_ONE = "incidents/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("incidents/", incidents.index, name="all_incidents"),
    path("incidents.csv", incidents.csv, name="incidents_csv"),
    path("vendors/<uuid:pk>/incidents/", incidents.of_vendor, name="incidents"),
    path("vendors/<uuid:pk>/incidents.csv", incidents.vendor_csv, name="vendor_incidents_csv"),
    path("vendors/<uuid:pk>/incidents/add/", incidents.add, name="incident_add"),
    path(_ONE, incidents.show, name="incident"),
    path(f"{_ONE}edit/", incidents.edit, name="incident_edit"),
    path(f"{_ONE}to/<slug:status>/", incident_steps.step, name="incident_step"),
    path(f"{_ONE}dispute/", incident_steps.dispute, name="incident_dispute"),
    path(f"{_ONE}notes/", incident_steps.note, name="incident_note"),
    path(f"{_ONE}measures/add/", incident_parts.add_measure, name="measure_add"),
    path(f"{_ONE}measures/<uuid:measure_pk>/", incident_parts.edit_measure, name="measure_edit"),
    path(
        f"{_ONE}measures/<uuid:measure_pk>/verify/",
        incident_parts.verify_measure,
        name="measure_verify",
    ),
    path(f"{_ONE}evidence/add/", incident_parts.add_evidence, name="incident_evidence_add"),
    path(
        f"{_ONE}evidence/<uuid:evidence_pk>/remove/",
        incident_parts.remove_evidence,
        name="incident_evidence_remove",
    ),
]
