"""Addresses of the pages of watch-lists, owners and matches."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import list_files, owners, screening, watch_lists

_lists = "screening/lists/"
_list = f"{_lists}<uuid:pk>/"
_vendor = "vendors/<uuid:pk>/screening/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("screening/", screening.queue, name="screening_queue"),
    path("screening/look-up/", screening.look_up, name="screening_look_up"),
    path("screening/matches/<uuid:pk>/", screening.match, name="match"),
    path(_lists, watch_lists.index, name="watch_lists"),
    path(f"{_lists}add/", watch_lists.add, name="watch_list_add"),
    path(f"{_lists}template.csv", watch_lists.template, name="watch_list_template"),
    path(_list, watch_lists.show, name="watch_list"),
    path(f"{_list}edit/", watch_lists.edit, name="watch_list_edit"),
    path(f"{_list}import/", list_files.upload, name="list_import"),
    path(f"{_list}versions/<int:number>/", watch_lists.version, name="list_version"),
    path(f"{_list}versions/<int:number>/hold/", watch_lists.hold, name="list_run"),
    path("screening/uploads/<uuid:pk>/", list_files.preview, name="list_upload"),
    path(_vendor, owners.show, name="screening"),
    path(f"{_vendor}now/", owners.screen_now, name="screen_now"),
    path(f"{_vendor}names/add/", owners.add_alias, name="alias_add"),
    path(f"{_vendor}names/<uuid:alias>/remove/", owners.remove_alias, name="alias_remove"),
    path(f"{_vendor}owners/add/", owners.add_owner, name="owner_add"),
    path(f"{_vendor}owners/<uuid:owner>/", owners.edit_owner, name="owner_edit"),
]
