"""Addresses of the pages of a vendor's contacts."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import contacts

urlpatterns: list[URLPattern | URLResolver] = [
    path("vendors/<uuid:pk>/contacts/", contacts.of_vendor, name="contacts"),
    path("vendors/<uuid:pk>/contacts/add/", contacts.add, name="contact_add"),
    path("contacts/<uuid:pk>/edit/", contacts.edit, name="contact"),
    path("contacts/<uuid:pk>/switch/", contacts.switch, name="contact_switch"),
]
