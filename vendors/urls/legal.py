"""Addresses of limits and legal holds."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import holds, limits

urlpatterns: list[URLPattern | URLResolver] = [
    path("engagements/<uuid:pk>/limit/", limits.edit, name="limit"),
    path("engagements/<uuid:pk>/limit/end/", limits.lift, name="limit_lift"),
    path("engagements/limited/", limits.index, name="limited"),
    path("engagements/<uuid:pk>/people/", limits.people, name="limit_people"),
    path("vendors/<uuid:pk>/hold/", holds.place, name="hold_place"),
    path("holds/<uuid:pk>/lift/", holds.lift, name="hold_lift"),
]
