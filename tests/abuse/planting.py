"""Puts a text of one's choice wherever the database holds what people have written.

The models say where that is: every text column without a list of choices, and the prose in JSON.
What is left out is named here, with the reason; a new column is planted without being asked.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, models, transaction

from assessments.selectors import assessments
from scoring.selectors import methods
from tests.house.code import APPS

#: Columns by which programs find something again: keys, codes, hashes, addresses, names of types.
KEYS = {
    "accounts.ApiClient": {
        "algorithm", "allowed_origins", "authorization_grant_type", "client_id", "client_secret",
        "client_type", "post_logout_redirect_uris", "redirect_uris", "registration_source",
    },
    "accounts.ApiKey": {"prefix"},
    "accounts.BusinessUnit": {"code"},
    "accounts.Digest": {"rhythm"},
    "accounts.Letter": {"language", "template", "unsubscribe"},
    "accounts.Notification": {"kind", "occasion", "url", "waits_for"},
    "accounts.NotificationChoice": {"kind"},
    "accounts.SampleJob": {"language"},
    "accounts.Session": {"session_data", "session_key"},
    "accounts.User": {"email", "language", "password", "time_zone"},
    "assessments.Answer": {"question_key"},
    "assessments.AnswerEvidence": {"question_key"},
    "assessments.Delegation": {"section"},
    "assessments.DraftState": {"did", "place"},
    "assessments.EarlierAnswer": {"question_key"},
    "assessments.Invitation": {"language"},
    "assessments.Message": {"question_key"},
    "assessments.Move": {"after"},
    "assessments.Questionnaire": {"key", "version"},
    "assessments.SetAside": {"question_key", "review"},
    "assessments.SupplierRequest": {"service"},
    "assessments.ThreadSeen": {"question_key"},
    "assessments.TogetherRun": {"back", "language"},
    "audit.Event": {"actor_id", "actor_kind", "aggregate_type", "type"},
    "reports.Report": {"language"},
    "reports.ReportFile": {"key"},
    "scoring.BandCount": {"band", "country", "status", "tier"},
    "scoring.CurrentScore": {"cause", "engine_version"},
    "scoring.DayDelta": {"band"},
    "scoring.DimensionCell": {"dimension", "tier"},
    "scoring.Export": {"key"},
    "scoring.IndicatorValue": {"key", "state"},
    "scoring.Methodology": {"key", "version"},
    "scoring.Outstanding": {"subject"},
    "scoring.Score": {"cause", "engine_version"},
    "scoring.Sensitivity": {"engine_version"},
    "scoring.Standing": {"worst_dimension"},
    "vendors.Certificate": {"level", "standard"},
    "vendors.Clause": {"key"},
    "vendors.ContractImport": {"language"},
    "vendors.Contact": {"email", "language", "time_zone"},
    "vendors.Engagement": {"service"},
    "vendors.EvidenceFile": {"content_type", "key"},
    "vendors.ExternalId": {"key", "system", "value"},
    "vendors.FinanceImport": {"language"},
    "vendors.Finding": {"cause", "kind"},
    "vendors.FindingDue": {"subject"},
    "vendors.IpAsset": {"kind"},
    "vendors.LawFact": {"as_of", "subject"},
    "vendors.LawRelease": {"version"},
    "vendors.ListEntry": {"ref"},
    "vendors.ListUpload": {"language"},
    "vendors.Match": {"ref"},
    "vendors.NotTheSame": {"marks"},
    "vendors.OffboardingLine": {"key"},
    "vendors.Reminder": {"source"},
    "vendors.SubcontractImport": {"language"},
    "vendors.VendorImport": {"language"},
    "vendors.WatchList": {"key"},
    "webhooks.Attempt": {"address"},
    "webhooks.Delivery": {"body", "type"},
    "webhooks.Endpoint": {"url"},
}  # fmt: skip
#: JSON that is computed with, hashed or sent as it stands; nobody's prose.
NO_PROSE = {
    "accounts.SampleJob.left_out", "assessments.Move.added", "assessments.Move.questions",
    "assessments.Move.sections", "assessments.QuestionnaireFile.mapping",
    "assessments.Layout.mapping", "assessments.TogetherRun.rows",
    "reports.Report.filters", "reports.Schedule.filters",
    "scoring.Export.filters", "scoring.FactSheet.shown", "scoring.IndicatorValue.inputs",
    "scoring.PortfolioView.filters", "scoring.ScoringModel.document", "scoring.Sensitivity.result",
}  # fmt: skip
#: Shorter columns hold a code or a number, and no payload has room in them.
_SHORTEST = 12


@dataclass(frozen=True)
class Payload:
    """What is planted: the whole of it, what fits into short columns, and addresses."""

    long: str
    short: str
    address: str = ""

    def for_column(self, name: str, room: int | None) -> str:
        """The longest that there is room for."""
        if self.address and ("website" in name or name == "link"):
            return self.address
        return self.long if room is None or room >= len(self.long) else self.short


@dataclass
class Planted:
    """Columns in which it now stands, as "vendors.Vendor.name"; and those that refused it."""

    columns: set[str] = field(default_factory=set)
    refused: set[str] = field(default_factory=set)
    empty: set[str] = field(default_factory=set)
    """Columns of tables without a row."""


def plant(payload: Payload, request: pytest.FixtureRequest) -> Planted:
    """Plant it in every row there is, for as long as the test lasts."""
    _forget()
    request.addfinalizer(_forget)
    done = Planted()
    for model in apps.get_models():
        if model._meta.app_label not in APPS or model._meta.proxy:
            continue
        columns = list(_columns(model))
        if not columns:
            continue
        if not model._default_manager.exists():
            done.empty |= {f"{model._meta.label}.{one.name}" for one in columns}
            continue
        with _without_triggers(model):
            for column in columns:
                _fill(model, column, payload, done)
    return done


def _forget() -> None:
    """What a process keeps by the hash or the number of a content, which planting leaves alone."""
    assessments._parsed.cache_clear()
    methods._parameters.cache_clear()


def _columns(model: type[models.Model]) -> Iterator[Any]:
    for column in model._meta.concrete_fields:
        label = model._meta.label
        if column.name in KEYS.get(label, ()) or f"{label}.{column.name}" in NO_PROSE:
            continue
        if isinstance(column, models.JSONField):
            yield column
        elif isinstance(column, models.CharField | models.TextField):
            hashed = column.name.endswith(("hash", "sha256"))
            short = (column.max_length or _SHORTEST) < _SHORTEST
            if not (column.primary_key or column.choices or hashed or short):
                yield column


def _fill(model: type[models.Model], column: Any, payload: Payload, done: Planted) -> None:
    name = f"{model._meta.label}.{column.name}"
    if isinstance(column, models.JSONField):
        changed = _fill_json(model, column.name, payload)
        (done.columns if changed else done.empty).add(name)
        return
    text = payload.for_column(column.name, column.max_length)
    rows = model._default_manager.order_by("pk")
    for wanted in (rows, rows.exclude(**{column.name: ""})):
        try:
            with transaction.atomic():
                count = 0
                for pk in wanted.values_list("pk", flat=True):
                    end = str(pk)[-6:] if column.unique else ""
                    room = column.max_length or len(text) + 6
                    value = text[: room - len(end)] + end
                    count += model._default_manager.filter(pk=pk).update(**{column.name: value})
            (done.columns if count else done.empty).add(name)
        except IntegrityError:
            continue  # a text that is there only together with another column
        else:
            return
    done.refused.add(name)


def _fill_json(model: type[models.Model], name: str, payload: Payload) -> bool:
    changed = False
    for row in model._default_manager.order_by("pk"):
        before = getattr(row, name)
        after = _with(before, payload.long)
        if after != before:
            model._default_manager.filter(pk=row.pk).update(**{name: after})
            changed = True
    return changed


def _with(value: Any, text: str) -> Any:
    """The value with the text behind every sentence in it: what has a blank is no key."""
    if isinstance(value, dict):
        return {name: _with(inner, text) for name, inner in value.items()}
    if isinstance(value, list):
        return [_with(inner, text) for inner in value]
    return text + value if isinstance(value, str) and " " in value.strip() else value


@contextmanager
def _without_triggers(model: type[models.Model]) -> Iterator[None]:
    """Tables of the record refuse changes; here somebody has got around that."""
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        try:
            yield
        finally:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")
