"""Addresses of the pages of likely duplicates and of merging vendors."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import duplicates, merge_jobs

_pair = "duplicates/<uuid:pk>/<uuid:other>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("duplicates/", duplicates.index, name="duplicates"),
    path(f"{_pair}merge/", duplicates.merge, name="merge"),
    path(f"{_pair}not-the-same/", duplicates.tell_apart, name="tell_apart"),
    path("merges/<uuid:pk>/", duplicates.merge_record, name="merge_record"),
    path("merges/<uuid:pk>/undo/", duplicates.undo, name="merge_undo"),
    path("merges/under-way/<uuid:pk>/", merge_jobs.show, name="merge_job"),
    path("vendors/<uuid:pk>/duplicates/", duplicates.of_vendor, name="of_vendor"),
]
