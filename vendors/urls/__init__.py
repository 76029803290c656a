"""Addresses of the vendors floor. The list and the page of a vendor are in `scoring`."""

from django.urls import URLPattern, URLResolver

from vendors.urls import (
    contacts,
    contracts,
    duplicates,
    evidence,
    finances,
    fourth_parties,
    incidents,
    ip,
    law,
    legal,
    master,
    offboarding,
    screening,
)

app_name = "vendors"

urlpatterns: list[URLPattern | URLResolver] = [
    *master.urlpatterns,
    *contacts.urlpatterns,
    *finances.urlpatterns,
    *law.urlpatterns,
    *legal.urlpatterns,
    *contracts.urlpatterns,
    *ip.urlpatterns,
    *incidents.urlpatterns,
    *screening.urlpatterns,
    *fourth_parties.urlpatterns,
    *duplicates.urlpatterns,
    *evidence.urlpatterns,
    *offboarding.urlpatterns,
]
