"""Addresses of the pages of IP schedules, sites and findings."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import (
    disclosures,
    finding_evidence,
    finding_rules,
    finding_steps,
    findings,
    ip,
    ip_assets,
    ip_import,
    sites,
)

_finding = "findings/<uuid:pk>/"
_schedule = "engagements/<uuid:pk>/ip/"
_site = "sites/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("vendors/<uuid:pk>/ip/", ip.vendor, name="ip"),
    path(_schedule, ip.engagement, name="ip_schedule"),
    path(f"{_schedule}import/", ip_import.upload, name="ip_import"),
    path("ip-schedules/imports/<uuid:pk>/", ip_import.show, name="ip_list"),
    path("ip-assets/template/", ip_import.template, name="ip_template"),
    path(f"{_schedule}csv/", ip.csv, name="ip_csv"),
    path(f"{_schedule}assets/add/", ip_assets.add, name="ip_asset_add"),
    path(f"{_schedule}assets/take/", ip_assets.attach, name="ip_asset_attach"),
    path(f"{_schedule}assets/<uuid:asset>/remove/", ip_assets.detach, name="ip_asset_detach"),
    path("ip-assets/<uuid:pk>/", ip_assets.edit, name="ip_asset"),
    path(f"{_schedule}disclosures/csv/", ip.disclosures_csv, name="disclosures_csv"),
    path(f"{_schedule}disclosures/add/", disclosures.add, name="disclosure_add"),
    path("disclosures/<uuid:pk>/", disclosures.edit, name="disclosure_edit"),
    path("disclosures/<uuid:pk>/settle/", disclosures.settle, name="disclosure_settle"),
    path("vendors/<uuid:pk>/sites/add/", sites.add, name="site_add"),
    path(_site, sites.show, name="site"),
    path(f"{_site}edit/", sites.edit, name="site_edit"),
    path(f"{_site}close/", sites.close, name="site_close"),
    path(f"{_site}reopen/", sites.reopen, name="site_reopen"),
    path(f"{_site}audits/add/", sites.audit_add, name="site_audit_add"),
    path("site-audits/<uuid:pk>/", sites.audit_edit, name="site_audit"),
    path("findings/", findings.index, name="findings"),
    path("findings/assign/", findings.assign, name="findings_assign"),
    path("findings/rules/", finding_rules.index, name="finding_rules"),
    path("findings/rules/<slug:tier>/", finding_rules.edit, name="finding_rule"),
    path("findings/csv/", findings.csv, name="findings_csv"),
    path("findings/behind/", findings.behind, name="findings_behind"),
    path("vendors/<uuid:pk>/findings/add/", findings.add, name="finding_add"),
    path(_finding, findings.show, name="finding"),
    path(f"{_finding}plan/", finding_steps.plan, name="finding_plan"),
    path(f"{_finding}close/", finding_steps.close, name="finding_close"),
    path(f"{_finding}reopen/", finding_steps.reopen, name="finding_reopen"),
    path(f"{_finding}dispute/", finding_steps.dispute, name="finding_dispute"),
    path(f"{_finding}resolve/", finding_steps.resolve, name="finding_resolve"),
    path(f"{_finding}done/", finding_steps.done, name="finding_done"),
    path(f"{_finding}verify/", finding_steps.verify, name="finding_verify"),
    path(f"{_finding}accept/", finding_steps.accept, name="finding_accept"),
    path(f"{_finding}respond/", finding_steps.respond, name="finding_respond"),
    path(f"{_finding}share/", finding_steps.share, name="finding_share"),
    path(f"{_finding}documents/", finding_evidence.documents, name="finding_documents"),
]
