"""Addresses of the search."""

from django.urls import URLPattern, URLResolver, path

from search import views

app_name = "search"

urlpatterns: list[URLPattern | URLResolver] = [
    path("search/", views.results, name="results"),
    path("search/first/", views.first, name="first"),
]
