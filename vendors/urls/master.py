"""Addresses of the pages of master data, engagements and imports of vendors."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import engagements, imports, links, vendors

urlpatterns: list[URLPattern | URLResolver] = [
    path("vendors/add/", vendors.add, name="add"),
    path("vendors/take-up/", vendors.take_up, name="take_up"),
    path("vendors/<uuid:pk>/edit/", vendors.edit, name="edit"),
    path("vendors/<uuid:pk>/archive/", vendors.archive, name="archive"),
    path("vendors/<uuid:pk>/restore/", vendors.restore, name="restore"),
    path("vendors/<uuid:pk>/ids/", links.ids, name="ids"),
    path("vendors/<uuid:pk>/ids/<int:external_id>/remove/", links.remove_id, name="id_remove"),
    path("vendors/<uuid:pk>/units/", links.units, name="units"),
    path("vendors/<uuid:pk>/units/<int:link>/", links.link_category, name="unit_category"),
    path("vendors/<uuid:pk>/engagements/add/", engagements.add, name="engagement_add"),
    path("engagements/<uuid:pk>/edit/", engagements.edit, name="engagement_edit"),
    path("imports/", imports.index, name="imports"),
    path("imports/new/", imports.new, name="import_new"),
    path("imports/<uuid:pk>/", imports.show, name="import"),
    path("imports/<uuid:pk>/refused.csv", imports.refused, name="import_refused"),
]
