"""Events, their words, their routes and the tasks behind them belong together."""

import string
from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.models import SET_NULL, Model

from accounts.models import BusinessUnit
from audit.events import Payload
from config import event_words
from config.celery import app
from config.event_routes import ROUTES
from scoring.services import sample_rows
from tests.house.code import APPS, ROOT
from vendors.models import Vendor

#: Tables whose rows may change, and why. All others refuse it: a trigger holds that.
MUTABLE = {
    "accounts.ApiClient": "switched off, given other scopes; each change is an event",
    "accounts.ApiClient_units": "the units of a client; each change is an event",
    "accounts.ApiKey": "revoked, last used",
    "accounts.BusinessUnit": "renamed",
    "accounts.CalendarFeed": "made anew and taken back; each change is an event",
    "accounts.Digest": "goes with the person, and after half a year",
    "accounts.DigestTime": "chosen by the person; each change is an event",
    "accounts.Installation": "one row: set up once, renamed; each change is an event",
    "accounts.KnownDevice": "where members signed in from; a letter tells of a new one",
    "accounts.KeptAnswer": "removed after a day",
    "accounts.Letter": "its state moves; personal data, to be erased",
    "accounts.Notification": "read by the person; forgotten after a while",
    "accounts.NotificationChoice": "chosen by the person; each change is an event",
    "accounts.SampleJob": "its status moves; begin and end are events",
    "accounts.Session": "where somebody is signed in; what ends one is an event",
    "accounts.Membership": "roles are given and taken; each change is an event",
    "accounts.User": "name, language, password, switched off",
    "assessments.Answer": "the present answer; every save is an event with its value",
    "assessments.Assessment": "its status moves; each step is an event",
    "assessments.Questionnaire": "drafts change; a trigger of its own freezes what was published",
    "assessments.DraftState": "what a draft said before; goes when the draft is published",
    "assessments.Move": "undone once; both are events",
    "assessments.MoveItem": "how far moving assessments has come; each move is an event",
    "assessments.MoveRun": "its status moves; begin and end are events",
    "assessments.SetAside": "answers kept readable, to be erased with the assessment's",
    "assessments.Sheet": "the present answers, packed",
    "audit.EventDetail": "personal data, to be erased on request; its digest stays in the record",
    "assessments.AnswerEvidence": "put beside an answer and taken away; each change is an event",
    "assessments.EarlierAnswer": "free text, to be erased on request; each save is an event",
    "assessments.Delegation": "finished or taken back; each change is an event",
    "assessments.Invitation": "extended, revoked, when they were last there; steps are events",
    "assessments.PortalLink": "used once, replaced, locked",
    "assessments.PortalSession": "seen last, ended",
    "assessments.Receipt": "personal data, to be erased on request; its hash is in the record",
    "assessments.AnswerFile": "a preview that is taken or discarded; what was taken is an event",
    "assessments.FilledWorkbook": "a preview; what was taken of it is an event",
    "assessments.Layout": "how foreign workbooks are read; nothing is computed from it",
    "assessments.QuestionnaireFile": "a preview that is taken or discarded",
    "assessments.ThreadSeen": "how far somebody has read; nothing is computed from it",
    "assessments.Message": "free text, to be erased on request; each message is an event",
    "assessments.Renewal": "moved and started; each change is an event",
    "assessments.RenewalRule": "changed by the unit; each change is an event",
    "assessments.StageRule": "changed by the unit; each change is an event",
    "assessments.StageTime": "worked out again from the record",
    "assessments.TogetherRun": "how far a step for many has come; each step is an event",
    "assessments.SupplierRequest": "its status moves; each change is an event",
    "reports.Report": "its state moves, its files are erased; what was handed out is an event",
    "reports.ReportFile": "erased with its report; its hash is in the record",
    "reports.Schedule": "changed by its owner; each change is an event",
    "reports.Schedule_readers": "chosen by the owner, left by the reader; each change is an event",
    "scoring.Export": "its state moves, its file is erased; what was handed out is an event",
    "scoring.PortfolioView": "renamed, shared, removed by its owner; each change is an event",
    "scoring.BandCount": "a sum, computed again from the standings",
    "scoring.CurrentScore": "the score of today; submitted ones stand in Score",
    "scoring.DayDelta": "a sum, computed again from the standings",
    "scoring.DimensionCell": "a sum, computed again from the standings",
    "scoring.FactSheet": "the present indicators as numbers; IndicatorValue has what they said",
    "scoring.Methodology": "drafts change; a trigger of its own freezes what was published",
    "scoring.Run": "its status moves; begin and end are events",
    "scoring.RunPiece": "how far a run has come",
    "scoring.SearchText": "follows from the master data",
    "scoring.Outstanding": "what is still to be scored",
    "scoring.Standing": "closed by a date when the next one begins",
    "vendors.Contact": "personal data; each change is an event",
    "vendors.Certificate": "what it says is put right; each change is an event",
    "vendors.Certificate_sites": "which sites it covers; each change is an event",
    "vendors.Evidence": "its dates are put right, it is withdrawn; each change is an event",
    "vendors.Disclosure": "what became of it; each change is an event",
    "vendors.Disclosure_assets": "what was disclosed; each change is an event",
    "vendors.Clause": "judged and reviewed; each change is an event",
    "vendors.Contract": "changed as it is amended; each change is an event",
    "vendors.ContractImport": "a preview that is run or discarded",
    "vendors.Exposure": "the present estimate; each change is an event",
    "vendors.IctService": "the present state; each change is an event",
    "vendors.InsurancePolicy": "limits are used up; each change is an event",
    "vendors.MergeJob": "how far a merge has come; merging and undoing are events",
    "vendors.PersonalData": "the present state; each change is an event",
    "vendors.Reminder": "goes with the person who was reminded",
    "vendors.Country": "its kind follows the delivered data; facts about it only grow",
    "vendors.ErasedFile": "goes with its file, where that is sample data",
    "vendors.EngagementPerson": "named and taken off; each change is an event",
    "vendors.LegalHold": "lifted once; both are events",
    "vendors.LegalNote": "free text, to be erased; each change is an event",
    "vendors.Engagement": "changed by the buyer; each change is an event",
    "vendors.ExchangeRate": "a corrected rate replaces; each import is an event with both",
    "vendors.ListUpload": "a preview that is confirmed or discarded",
    "vendors.Match": "its status follows the steps, each of which is kept",
    "vendors.Owner": "shares and dates are put right; each change is an event",
    "vendors.ScreeningDue": "what is still to be compared",
    "vendors.ScreeningRun": "how far comparing with a version of a list has come",
    "vendors.VendorAlias": "given and taken; each change is an event",
    "vendors.WatchList": "title and publisher; each change is an event",
    "vendors.ExternalId": "given and taken; each change is an event",
    "vendors.Finding": "planned, closed, disputed; each step is an event",
    "vendors.Finding_evidence": "documents put beside a finding; each change is an event",
    "vendors.FindingDue": "what is still to be compared with its findings",
    "vendors.FindingRule": "changed by whoever manages questionnaires; each change is an event",
    "vendors.IpImport": "a list that is written or let go; what was written is an event",
    "vendors.IpAsset": "changed by the buyer; each change is an event",
    "vendors.IpAsset_engagements": "what is entrusted where; each change is an event",
    "vendors.IpRegistration": "applied for, registered, lapsed; each change is an event",
    "vendors.FinanceImport": "a preview that is run or discarded",
    "vendors.FinancialProfile": "changed by the buyer; each change is an event",
    "vendors.PriceIndex": "put right; each change is an event",
    "vendors.Statement": "put right or withdrawn; each change is an event",
    "vendors.Incident": "its status moves; each change is an event",
    "vendors.IncidentEvidence": "added and removed; each change is an event",
    "vendors.IncidentMeasure": "changed, done, verified; each change is an event",
    "vendors.IncidentNote": "free text, to be erased on request; each note is an event",
    "vendors.MonitoringCheck": "followed up; each change is an event",
    "vendors.MonitoringItem": "the plan changes; each change is an event",
    "vendors.TrainingPerson": "personal data, erased on request; each change is an event",
    "vendors.TrainingRecord": "changed and taken back; each change is an event",
    "vendors.TrainingTopic": "renamed; each change is an event",
    "vendors.MergeRecord": "undone once; both are events",
    "vendors.NotTheSame": "said again when either record has changed; each time is an event",
    "vendors.Offboarding": "changed until it is closed or cancelled; each step is an event",
    "vendors.OffboardingLine": "done, waived, opened again; each step is an event",
    "vendors.OffboardingLine_evidence": "documents beside a line; each change is an event",
    "vendors.SubcontractImport": "a preview that is run or discarded",
    "vendors.Site": "changed by the buyer; each change is an event",
    "vendors.SiteAudit": "put right; each change is an event",
    "vendors.SiteAudit_findings": "what an audit found; each is an event",
    "vendors.Site_engagements": "which engagements use a site; each change is an event",
    "vendors.Subcontract": "changed by the buyer; each change is an event",
    "vendors.Subcontract_sites": "which sites a subcontract uses; each change is an event",
    "vendors.Vendor": "master data; each change is an event",
    "vendors.VendorImport": "a preview that is run or discarded",
    "vendors.VendorUnit": "category and owner; each change is an event",
    "webhooks.Attempt": "forgotten with its message; a trigger of its own refuses changes",
    "webhooks.Delivery": "sent until it is taken or given up; forgotten after a while",
    "webhooks.Endpoint": "changed and switched; each change is an event",
    "webhooks.FannedOut": "how far the record has been turned into messages",
    "webhooks.Secret": "ends some time after it was replaced; each change is an event",
}


def payloads() -> dict[str, type[Payload]]:
    """Every kind of event there is, by its type."""
    for name in APPS:
        for path in (ROOT / name).glob("events*"):
            modules = path.glob("*.py") if path.is_dir() else [path]
            for module in modules:
                import_module(".".join(module.relative_to(ROOT).with_suffix("").parts))
    return {kind.type: kind for kind in _below(Payload) if "type" in vars(kind)}


def _below(kind: type[Payload]) -> Iterator[type[Payload]]:
    for one in kind.__subclasses__():
        if one.__module__.partition(".")[0] in APPS:
            yield one
            yield from _below(one)


@pytest.mark.django_db
def test_every_table_refuses_changes_or_is_listed_with_a_reason() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgname FROM pg_trigger"
            " WHERE NOT tgisinternal AND tgenabled = 'O' AND tgname LIKE 'append_only%'"
        )
        held: dict[str, set[str]] = {}
        for table, trigger in cursor.fetchall():
            held.setdefault(table, set()).add(trigger)
    models = {
        model._meta.label: model._meta.db_table
        for name in APPS
        for model in apps.get_app_config(name).get_models(include_auto_created=True)
    }
    growing = {label for label, table in models.items() if table in held}
    assert set(models) - growing == set(MUTABLE)
    for label in growing:
        assert held[models[label]] == {"append_only", "append_only_whole"}, label


def test_what_only_grows_and_hangs_on_a_vendor_goes_with_sample_data_and_in_order() -> None:
    """A row before what leads from it to its vendor."""
    hanging: list[type[Model]] = [Vendor, BusinessUnit]
    for model in hanging:
        for field in sample_rows.references(model):
            if field.remote_field.on_delete is not SET_NULL and field.model not in hanging:
                hanging.append(field.model)
    growing = [model for model in hanging if model._meta.label not in MUTABLE]
    assert set(growing) == set(sample_rows.FIRST)
    for at, model in enumerate(sample_rows.FIRST):
        leads_to = {field.related_model for field in model._meta.fields}
        assert not leads_to & set(sample_rows.FIRST[:at]), model


def test_every_event_has_words_for_the_log_and_no_words_are_left_over() -> None:
    assert set(event_words.SENTENCES) == set(payloads())


def test_the_log_says_what_every_event_is_about() -> None:
    assert {kind.aggregate_type for kind in payloads().values()} == set(event_words.SUBJECTS)


def test_the_words_for_an_event_use_its_public_values_only() -> None:
    for kind, words in event_words.SENTENCES.items():
        payload = payloads()[kind]
        public = set(payload.model_fields) - payload.private
        parsed = string.Formatter().parse(str(words))
        used = {field for _before, field, _format, _how in parsed if field}
        assert used <= public, kind


def test_what_is_private_about_an_event_is_a_value_that_it_has() -> None:
    for kind, payload in payloads().items():
        assert payload.private <= set(payload.model_fields), kind


def test_routes_start_at_events_and_end_at_tasks() -> None:
    app.loader.import_default_modules()
    assert set(ROUTES) <= set(payloads())
    for kind, tasks in ROUTES.items():
        assert tasks, kind
        assert set(tasks) <= set(app.tasks), kind


def test_every_change_of_facts_leads_to_a_new_assessment_of_them() -> None:
    kinds = [kind for kind in payloads().values() if "facts_of" in kind.model_fields]
    assert kinds
    assert [k.type for k in kinds if "scoring.reassess" not in ROUTES.get(k.type, ())] == []
    countries = [kind for kind in payloads().values() if "facts_in" in kind.model_fields]
    lost = [k for k in countries if "scoring.reassess_country" not in ROUTES.get(k.type, ())]
    assert [k.type for k in lost] == []


def test_the_clock_and_the_queues_name_tasks_that_there_are() -> None:
    app.loader.import_default_modules()
    named = {entry["task"] for entry in app.conf.beat_schedule.values()}
    assert named | set(app.conf.task_routes) <= set(app.tasks)
    queues = {queue.name for queue in app.conf.task_queues}
    assert {route["queue"] for route in app.conf.task_routes.values()} <= queues


def test_every_task_of_ours_is_called_by_something() -> None:
    """By an event, by the clock, or by another task that cuts the work into pieces."""
    app.loader.import_default_modules()
    called = {task for tasks in ROUTES.values() for task in tasks}
    called |= {entry["task"] for entry in app.conf.beat_schedule.values()}
    called |= set(app.conf.task_routes)
    assert {name for name in app.tasks if not name.startswith("celery.")} <= called
