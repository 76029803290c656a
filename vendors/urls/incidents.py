"""Addresses of the pages of IP incidents, monitoring plans and training."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import (
    incident_parts,
    incident_steps,
    incidents,
    monitoring,
    monitoring_checks,
    training,
    training_lists,
)

_ONE = "incidents/<uuid:pk>/"
_ITEM = "monitoring/<uuid:pk>/"
_CHECK = "monitoring/checks/<uuid:pk>/"
_ENGAGEMENT = "engagements/<uuid:pk>/"
_PERSON = "training/people/<uuid:pk>/"

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
    path("monitoring/", monitoring.index, name="all_monitoring"),
    path("monitoring.csv", monitoring.csv, name="monitoring_csv"),
    path("vendors/<uuid:pk>/monitoring/", monitoring.of_vendor, name="monitoring"),
    path("vendors/<uuid:pk>/monitoring.csv", monitoring.vendor_csv, name="vendor_monitoring_csv"),
    path(f"{_ENGAGEMENT}monitoring/add/", monitoring.add, name="monitoring_add"),
    path(_ITEM, monitoring.show, name="monitoring_item"),
    path(f"{_ITEM}edit/", monitoring.edit, name="monitoring_edit"),
    path(f"{_ITEM}done/", monitoring_checks.done, name="monitoring_done"),
    path(f"{_ITEM}check/", monitoring_checks.check, name="monitoring_check"),
    path(f"{_CHECK}incident/", monitoring_checks.incident, name="monitoring_incident"),
    path(f"{_CHECK}settle/", monitoring_checks.settle, name="monitoring_settle"),
    path("vendors/<uuid:pk>/training/", training.of_vendor, name="training"),
    path("vendors/<uuid:pk>/training.csv", training.csv, name="training_csv"),
    path(f"{_ENGAGEMENT}training/topics/add/", training.add_topic, name="training_topic_add"),
    path("training/topics/<uuid:pk>/", training.edit_topic, name="training_topic"),
    path("training/topics/<uuid:pk>/remove/", training.remove_topic, name="training_topic_remove"),
    path(f"{_ENGAGEMENT}training/people/add/", training.add_person, name="training_person_add"),
    path(_PERSON, training.person, name="training_person"),
    path(f"{_PERSON}edit/", training.edit_person, name="training_person_edit"),
    path(f"{_PERSON}remove/", training.erase_person, name="training_person_remove"),
    path(
        "training/records/<uuid:pk>/remove/", training.remove_record, name="training_record_remove"
    ),
    path(f"{_ENGAGEMENT}training/import/", training_lists.new, name="training_import"),
    path(f"{_ENGAGEMENT}training/import/take/", training_lists.take, name="training_take"),
    path(f"{_ENGAGEMENT}training/template.xlsx", training_lists.template, name="training_template"),
]
