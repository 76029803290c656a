"""Addresses of the pages of contracts, clauses, insurance, and what comes due."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import clauses, contract_imports, contracts, due, estimates, insurance

_engagement = "engagements/<uuid:pk>/"
_contract = "contracts/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("due/", due.index, name="due"),
    path("vendors/<uuid:pk>/contracts/", contracts.index, name="contracts"),
    path("vendors/<uuid:pk>/policies/add/", insurance.add, name="policy_add"),
    path("policies/<uuid:pk>/", insurance.edit, name="policy"),
    path(f"{_engagement}contracts/add/", contracts.add, name="contract_add"),
    path(f"{_engagement}exposure/", estimates.exposure, name="exposure"),
    path(f"{_engagement}personal-data/", estimates.personal_data, name="personal_data"),
    path(f"{_engagement}ict-service/", estimates.ict_service, name="ict_service"),
    path("contracts/import/", contract_imports.new, name="contract_import_new"),
    path("contracts/import/<uuid:pk>/", contract_imports.show, name="contract_import"),
    path(_contract, contracts.show, name="contract"),
    path(f"{_contract}edit/", contracts.edit, name="contract_edit"),
    path(f"{_contract}notice/", contracts.notice, name="contract_notice"),
    path(f"{_contract}clauses/", clauses.index, name="clauses"),
    path(f"{_contract}clauses/<slug:key>/", clauses.judge, name="clause"),
    path(f"{_contract}clauses/<slug:key>/review/", clauses.review, name="clause_review"),
]
