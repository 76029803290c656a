"""Addresses of the pages of statements and rates of exchange; results are shown by `scoring`."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import rates, statement_imports, statements

_vendor = "vendors/<uuid:pk>/finances/"
_statement = "statements/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_vendor}add/", statements.add, name="statement_add"),
    path(f"{_vendor}declined/", statements.declined, name="statement_declined"),
    path(f"{_vendor}import/", statement_imports.new_of, name="statement_import_of"),
    path(f"{_statement}edit/", statements.edit, name="statement_edit"),
    path(f"{_statement}withdraw/", statements.withdraw, name="statement_withdraw"),
    path("statements/import/", statement_imports.new, name="statement_imports"),
    path("statements/import/<uuid:pk>/", statement_imports.show, name="statement_import"),
    path("statements/template.xlsx", statement_imports.template, name="statement_template"),
    path("rates/", rates.index, name="rates"),
    path("rates/import/", rates.new, name="rate_import_new"),
    path("rates/import/<uuid:pk>/", rates.show, name="rate_import"),
    path("rates/price-index/", rates.price_index, name="price_index"),
]
