"""Addresses of the API of the vendors floor, below `/api/v1/`."""

from django.urls import URLPattern, URLResolver, path, re_path

from vendors.api import (
    contracts,
    engagements,
    estimates,
    findings,
    fourth_parties,
    incidents,
    ip,
    jurisdictions,
    monitoring,
    offboarding,
    screening,
    sites,
    statements,
    trainings,
)

_engagement = "engagements/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("findings", findings.FindingsView.as_view(), name="findings"),
    path("findings/<uuid:pk>", findings.FindingView.as_view(), name="finding"),
    path(f"{_engagement}ip-assets", ip.AssetsView.as_view(), name="ip-assets"),
    path(f"{_engagement}ip-assets/<uuid:asset>", ip.AssetView.as_view(), name="ip-asset"),
    path(f"{_engagement}disclosures", ip.DisclosuresView.as_view(), name="disclosures"),
    path(
        f"{_engagement}disclosures/<uuid:disclosure>",
        ip.DisclosureView.as_view(),
        name="disclosure",
    ),
    path(
        "vendors/<uuid:pk>/engagements", engagements.EngagementsView.as_view(), name="engagements"
    ),
    path(
        "vendors/<uuid:pk>/engagements/<uuid:engagement>",
        engagements.EngagementView.as_view(),
        name="engagement",
    ),
    path("vendors/<uuid:pk>/sites", sites.SitesView.as_view(), name="sites"),
    path("vendors/<uuid:pk>/sites/<uuid:site>", sites.SiteView.as_view(), name="site"),
    path("jurisdictions", jurisdictions.JurisdictionsView.as_view(), name="jurisdictions"),
    re_path(
        r"^jurisdictions/(?P<code>[A-Za-z]{2})$",
        jurisdictions.JurisdictionView.as_view(),
        name="jurisdiction",
    ),
    path("vendors/<uuid:pk>/statements", statements.StatementsView.as_view(), name="statements"),
    path(
        "vendors/<uuid:pk>/statements/<int:fiscal_year>",
        statements.StatementView.as_view(),
        name="statement",
    ),
    path(
        "vendors/<uuid:pk>/financial-profile",
        statements.ProfileView.as_view(),
        name="financial-profile",
    ),
    path("exchange-rates", statements.RatesView.as_view(), name="exchange-rates"),
    path("fourth-parties", fourth_parties.FourthPartiesView.as_view(), name="fourth-parties"),
    path(
        "vendors/<uuid:pk>/fourth-parties",
        fourth_parties.ChainView.as_view(),
        name="vendor-fourth-parties",
    ),
    path(
        "vendors/<uuid:pk>/subcontracts",
        fourth_parties.SubcontractsView.as_view(),
        name="subcontracts",
    ),
    path(
        "vendors/<uuid:pk>/subcontracts/<uuid:subcontract>",
        fourth_parties.SubcontractView.as_view(),
        name="subcontract",
    ),
    path("screenings", screening.ScreeningsView.as_view(), name="screenings"),
    path("vendors/<uuid:pk>/matches", screening.VendorMatchesView.as_view(), name="vendor-matches"),
    path(f"{_engagement}contracts", contracts.ContractsView.as_view(), name="contracts"),
    path(
        f"{_engagement}contracts/<uuid:contract>",
        contracts.ContractView.as_view(),
        name="contract",
    ),
    path(f"{_engagement}exposure", estimates.ExposureView.as_view(), name="exposure"),
    path(f"{_engagement}personal-data", estimates.PersonalDataView.as_view(), name="personal-data"),
    path(f"{_engagement}ict-service", estimates.IctServiceView.as_view(), name="ict-service"),
    path("vendors/<uuid:pk>/policies", contracts.PoliciesView.as_view(), name="policies"),
    path("vendors/<uuid:pk>/policies/<uuid:policy>", contracts.PolicyView.as_view(), name="policy"),
    path("vendors/<uuid:pk>/incidents", incidents.IncidentsView.as_view(), name="incidents"),
    path("incidents/<uuid:pk>", incidents.IncidentView.as_view(), name="incident"),
    path("vendors/<uuid:pk>/monitoring", monitoring.MonitoringView.as_view(), name="monitoring"),
    path(
        "monitoring/<uuid:pk>/checks",
        monitoring.MonitoringChecksView.as_view(),
        name="monitoring-checks",
    ),
    path(f"{_engagement}offboarding", offboarding.OffboardingView.as_view(), name="offboarding"),
    path(f"{_engagement}trainings", trainings.TrainingsView.as_view(), name="trainings"),
]
