"""Addresses of the pages of subcontractors and whom they serve."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import chains, concentration, subcontract_imports, subcontracts

_vendor = "vendors/<uuid:pk>/fourth-parties/"
_subcontract = "subcontracts/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("fourth-parties/", concentration.index, name="concentration"),
    path("fourth-parties/csv/", concentration.index_csv, name="concentration_csv"),
    path("fourth-parties/import/", subcontract_imports.new, name="subcontract_import_new"),
    path("fourth-parties/import/<uuid:pk>/", subcontract_imports.show, name="subcontract_import"),
    path(_vendor, chains.chain, name="fourth_parties"),
    path(f"{_vendor}csv/", chains.chain_csv, name="fourth_parties_csv"),
    path(f"{_vendor}add/", subcontracts.add, name="subcontract_add"),
    path(f"{_subcontract}edit/", subcontracts.edit, name="subcontract_edit"),
    path(f"{_subcontract}end/", subcontracts.end, name="subcontract_end"),
    path(f"{_subcontract}resume/", subcontracts.resume, name="subcontract_resume"),
]
