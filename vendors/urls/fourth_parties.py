"""Addresses of the pages of subcontractors and whom they serve."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import chains, subcontracts

_vendor = "vendors/<uuid:pk>/fourth-parties/"
_subcontract = "subcontracts/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("fourth-parties/", chains.index, name="concentration"),
    path("fourth-parties/csv/", chains.index_csv, name="concentration_csv"),
    path(_vendor, chains.chain, name="fourth_parties"),
    path(f"{_vendor}csv/", chains.chain_csv, name="fourth_parties_csv"),
    path(f"{_vendor}add/", subcontracts.add, name="subcontract_add"),
    path(f"{_subcontract}edit/", subcontracts.edit, name="subcontract_edit"),
    path(f"{_subcontract}end/", subcontracts.end, name="subcontract_end"),
    path(f"{_subcontract}resume/", subcontracts.resume, name="subcontract_resume"),
]
