"""The codes in the values of events, in words: what a sentence of the log says instead of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import Letter, SampleJob
from accounts.templatetags.ui import band_word
from assessments.draft_words import DID
from assessments.models import Answer, Questionnaire, Renewal, Stage, SupplierRequest
from reports.models import Kind as ReportKind
from reports.models import Report, Schedule
from scoring import method_words, words
from scoring.models import Export, Run
from vendors import law_words
from vendors.clauses import checklist
from vendors.intake import IP_KINDS, SERVICES
from vendors.models import (
    Clause,
    Contact,
    Contract,
    Disclosure,
    Engagement,
    Evidence,
    Exposure,
    Finding,
    IctService,
    Incident,
    InsurancePolicy,
    IpAsset,
    Match,
    MonitoringItem,
    Offboarding,
    Owner,
    PersonalData,
    Site,
    SiteAudit,
    Statement,
    Subcontract,
    TrainingPerson,
    Vendor,
    VendorAlias,
    WatchList,
)
from vendors.models.statement import FinancialProfile
from webhooks.models import Endpoint

Words = str | Promise
#: From a code to its words; raises ValueError or KeyError for one that it does not know.
Say = Callable[[str], Words]


def _label(choices: type[models.TextChoices]) -> Say:
    return lambda code: choices(code).label


def _of(table: Mapping[str, Words]) -> Say:
    return lambda code: table[code]


def _marked(table: Mapping[str, str]) -> Say:
    """The texts are marked where they stand, and translated here."""
    return lambda code: gettext(table[code])


def _clause(key: str) -> Words:
    titles = {one.key: one.title for group in checklist().groups for one in group.clauses}
    return str(titles[key])


def _within(say: Say) -> Say:
    """A grade as it stands within a sentence."""
    return lambda code: str(say(code)).lower()


def _group(key: str) -> Words:
    return method_words.BY_KEY[key].title


_IP_SCHEDULE: Final[Mapping[str, Words]] = {
    "asset_added": _("an asset put on it"),
    "asset_taken_off": _("an asset taken off it"),
    "asset_changed": _("an asset of it changed"),
    "imported": _("a list imported"),
}
_LINK: Final[Mapping[str, Words]] = {
    "again": _("asked for"),
    "reminder": _("as a reminder"),
    "handed_over": _("handed over in person"),
    "message": _("with a message"),
    "returned": _("with what was sent back"),
}
_MATCH: Final[Mapping[str, Words]] = {
    "gone": _("no longer listed"),
    "not_alike": _("no longer alike"),
}
_OWNER: Final[Mapping[str, Words]] = {
    "added": _("added"),
    "changed": _("changed"),
    "removed": _("removed"),
    "ended": _("ended"),
}
_FACTOR: Final[Mapping[str, Words]] = {
    "app": _("Authenticator app"),
    "key": _("Security key or passkey"),
}
_TRIED: Final[Mapping[str, Words]] = {
    "password": _("Password"),
    "code": _("Code"),
    "key": _("Security key or passkey"),
}
#: What the ways to sign in elsewhere are called, in every language.
_PROVIDER: Final[Mapping[str, Words]] = {"oidc": "OpenID Connect", "saml": "SAML"}
_SWITCH: Final[Mapping[str, Words]] = {"True": _("yes"), "False": _("no")}

#: (first part of the event's type, or "" for any, name of the value) -> how a code of it is said.
VALUES: Final[Mapping[tuple[str, str], Say]] = {
    ("", "tier"): words.tier,
    ("", "band"): _within(band_word),
    ("", "previous_band"): _within(band_word),
    ("", "severity"): _within(_label(Finding.Severity)),
    ("incident", "severity"): _within(_label(Incident.Severity)),
    ("incident", "status"): _label(Incident.Status),
    ("incident", "before"): _label(Incident.Status),
    ("score", "status"): _of(words.STATUS_WORDS),
    ("score", "previous_status"): _of(words.STATUS_WORDS),
    ("assessment", "verdict"): _label(Answer.Review),
    ("invitation", "why"): _of(_LINK),
    ("evidence", "kind"): _label(Evidence.Kind),
    ("evidence", "confidentiality"): _label(Evidence.Confidentiality),
    ("renewal", "because"): _label(Renewal.Because),
    ("stage", "stage"): _label(Stage),
    ("request", "service"): _marked(SERVICES),
    ("request", "depth"): _label(SupplierRequest.Depth),
    ("request", "status"): _label(SupplierRequest.Status),
    ("run", "kind"): _label(Run.Kind),
    ("export", "what"): _label(Export.What),
    ("export", "format"): _label(Export.Format),
    ("export", "status"): _label(Export.Status),
    ("report", "kind"): _label(ReportKind),
    ("report", "status"): _label(Report.Status),
    ("report_schedule", "kind"): _label(ReportKind),
    ("report_schedule", "rhythm"): _label(Schedule.Rhythm),
    ("report_schedule", "is_active"): _of(_SWITCH),
    ("ip", "kind"): _marked(IP_KINDS),
    ("ip", "how"): _of(_IP_SCHEDULE),
    ("ip", "to_kind"): _label(Disclosure.To),
    ("site", "activity"): _label(Site.Activity),
    ("site", "country"): law_words.place_name,
    ("site", "result"): _label(SiteAudit.Result),
    ("financial_model", "model"): _label(FinancialProfile.Model),
    ("clause", "key"): _clause,
    ("clause", "status"): _label(Clause.Status),
    ("country", "facts_in"): law_words.place_name,
    ("country", "subject"): law_words.subject_name,
    ("country", "status"): law_words.status_word,
    ("monitoring", "watched"): _label(MonitoringItem.Watched),
    ("training", "side"): _label(TrainingPerson.Side),
    ("match", "verdict"): _label(Match.Status),
    ("match", "why"): _of(_MATCH),
    ("alias", "kind"): _label(VendorAlias.Kind),
    ("owner", "action"): _of(_OWNER),
    ("questionnaire", "did"): _of(DID),
    ("methodology", "groups"): _group,
    ("sample", "what"): _label(SampleJob.What),
    ("sample", "status"): _label(SampleJob.Status),
    ("installation", "trouble"): _label(Letter.Trouble),
    ("member", "kind"): _of(_FACTOR),
    ("member", "by"): _of(_TRIED),
    ("member", "provider"): _of(_PROVIDER),
    ("webhook_endpoint", "reason"): _label(Endpoint.Disabled),
}
#: First part of the event's type -> the table whose columns its `fields` are.
FIELDS: Final[Mapping[str, type[models.Model]]] = {
    "contact": Contact,
    "contract": Contract,
    "engagement": Engagement,
    "evidence": Evidence,
    "exposure": Exposure,
    "ict_service": IctService,
    "incident": Incident,
    "ip": IpAsset,
    "monitoring": MonitoringItem,
    "offboarding": Offboarding,
    "owner": Owner,
    "personal_data": PersonalData,
    "policy": InsurancePolicy,
    "questionnaire": Questionnaire,
    "request": SupplierRequest,
    "site": Site,
    "statement": Statement,
    "subcontract": Subcontract,
    "vendor": Vendor,
    "watch_list": WatchList,
}
#: `fields` that are no columns of that table: what a certificate says is changed with its document.
TITLES: Final[Mapping[tuple[str, str], str | Promise]] = {
    ("evidence", "standard"): _("Standard"),
    ("evidence", "level"): _("Level"),
    ("evidence", "number"): _("Number"),
    ("evidence", "issuer"): _("Issued by"),
    ("evidence", "scope"): _("Scope"),
    ("evidence", "covers"): _("Parts of the standard"),
    ("evidence", "services"): _("Kinds of service in its scope"),
    ("evidence", "sites"): _("Sites it covers"),
}


def in_words(event_type: str, name: str, value: Any) -> str | None:
    """A value of an event in words, in the reader's language; None where it is no code we know."""
    kind = event_type.partition(".")[0]
    text = str(value)
    if name == "fields":
        title = TITLES.get((kind, text))
        return str(title) if title else _field(FIELDS.get(kind), text)
    say = VALUES.get((kind, name)) or VALUES.get(("", name))
    if say is None:
        return None
    try:
        return str(say(text)) or None
    except (KeyError, ValueError):
        # Of an older release, or left empty: as it stands.
        return None


def _field(table: type[models.Model] | None, name: str) -> str | None:
    if table is None:
        return None
    try:
        found = table._meta.get_field(name)
    except FieldDoesNotExist:
        return None
    title = getattr(found, "verbose_name", "")
    return str(title) if isinstance(title, Promise) else None
