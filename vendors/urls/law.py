"""Addresses of the pages of countries, treaties and ratings by counsel."""

from django.urls import URLPattern, URLResolver, path, re_path

from vendors.views import law, law_counsel, law_indices

#: Two letters; small ones lead to the page with capitals.
_country = r"^law/(?P<code>[A-Za-z]{2})/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("law/", law.index, name="countries"),
    path("law/countries.csv", law.index_csv, name="countries_csv"),
    path("law/compare/", law.compare, name="law_compare"),
    path("law/indices/", law_indices.index, name="law_indices"),
    path("law/indices/add/", law_indices.add, name="law_index_add"),
    path("law/indices/<uuid:pk>/", law_indices.show, name="law_index"),
    path("law/indices/<uuid:pk>/withdraw/", law_indices.withdraw, name="law_index_withdraw"),
    path("law/id/<uuid:pk>/", law.by_id, name="country_by_id"),
    path("law/facts/<uuid:pk>/withdraw/", law_counsel.withdraw_fact, name="law_fact_withdraw"),
    path(
        "law/ratings/<uuid:pk>/withdraw/", law_counsel.withdraw_rating, name="law_rating_withdraw"
    ),
    re_path(f"{_country}$", law.country, name="country"),
    re_path(f"{_country}record/$", law_counsel.record, name="country_record"),
    re_path(f"{_country}rate/$", law_counsel.rate, name="country_rate"),
]
