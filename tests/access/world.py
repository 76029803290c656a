"""One object of each kind in a business unit, for addresses to name."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from accounts.models import BusinessUnit, User
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.selectors import principal_for_client, principal_for_user
from assessments.models import Assessment, FilledWorkbook, MoveRun, Questionnaire
from assessments.services import (
    assessments,
    drafts,
    invitations,
    offline,
    questionnaire_files,
    renewals,
    requests,
    together_runs,
)
from assessments.services import proof as proofs
from audit import clock
from audit.ids import uuid7
from audit.models import Event
from reports.services import reports, schedules
from scoring.models import Score
from scoring.services import exports, methodologies, portfolio_views
from tests.access.kept import make_kept
from tests.access.matrix import NOT_OBJECTS, Line
from tests.factories.accounts import make_api_client, make_key, make_user
from tests.factories.assessments import answer_all, make_assessment
from tests.factories.contracts import make_contract, make_exposure, make_policy
from tests.factories.evidence import make_evidence
from tests.factories.findings import make_finding
from tests.factories.incidents import (
    add_measure,
    make_incident,
    make_item,
    make_person,
    make_topic,
)
from tests.factories.ip import make_asset, make_audit, make_disclosure, make_ip_list, make_site
from tests.factories.law import country, make_fact, make_index, make_rating
from tests.factories.letters import make_letter, tell_somebody
from tests.factories.methods import make_draft, previewed
from tests.factories.offboarding import make_offboardings
from tests.factories.requests import asked
from tests.factories.scoring import score
from tests.factories.screening import list_csv, listed, make_owner, make_upload, row
from tests.factories.statements import make_statement
from tests.factories.subcontracts import make_company, make_subcontract
from tests.factories.vendors import make_engagement, make_vendor
from tests.factories.webhooks import add_endpoint, make_delivery
from vendors.models import ListUpload, Match, VendorImport
from vendors.models.file_job import FileJob
from vendors.services import (
    aliases,
    clauses,
    contacts,
    contract_imports,
    estimates,
    imports,
    incident_parts,
    monitoring,
    rates,
    statement_imports,
    subcontract_imports,
    training,
    vendors,
)
from vendors.services.merging import jobs as merge_jobs
from vendors.services.merging.merge import merge

_POLICIES = (
    b"vendor;kind;insurer;policy number;limit;currency;from;expires on\n"
    b"%s Tools;Cyber;Rhenus;C-7;5000000;EUR;2026-01-01;2026-12-31\n"
)
_LIST = b"name;country\n%s Castings;DE\n;DE\n"


@dataclass(frozen=True)
class World:
    """What a unit has. `word` is in every name, so that a page that gives one away is found."""

    word: str
    objects: dict[str, Any]

    def named(self, line: Line) -> dict[str, Any]:
        """The objects that the address of a line names."""
        return {name: self.objects[kind] for name, kind in line.objects.items()}

    def sent(self, line: Line) -> dict[str, Any]:
        """The values of a line; `known` stands for the vendor's id in another system."""
        known = [{"system": self.objects["system"], "id": self.objects["number"]}]
        return {name: known if text == "known" else text for name, text in line.body.items()}

    def kept_back(self) -> set[str]:
        """What nobody of another unit may read: the word, and every id that cannot be guessed."""
        ids = {
            str(value)
            for kind, value in self.objects.items()
            if kind not in NOT_OBJECTS and len(str(value)) == 36
        }
        return {self.word, *ids}


def texts(objects: Mapping[str, Any]) -> set[str]:
    """The objects of an address as text: what the asker knows already."""
    return {str(value) for value in objects.values()}


def make_world(unit: BusinessUnit, questionnaire: Questionnaire, *, word: str) -> World:
    """A unit in which every page has something to show."""
    vendor = make_vendor(unit, name=f"{word} Tools")
    number = f"00{len(word)}"
    external = vendors.set_external_id(vendor=vendor, system="sap-prd-100", value=number, by=SYSTEM)

    def assessment() -> Assessment:
        engagement = make_engagement(vendor, unit, title=f"{word} moulds")
        return make_assessment(unit, engagement=engagement, questionnaire=questionnaire)

    contact = contacts.add(
        vendor=vendor, name=f"{word} Contact", email=f"{word}@vendor.example".lower(), by=SYSTEM
    )
    sent = assessment()
    [invitation] = invitations.send(assessment=sent, contacts=[contact], by=SYSTEM)
    draft, answered, submitted, in_review, signed_off = (assessment() for _ in range(5))
    for one in (answered, submitted, in_review, signed_off):
        answer_all(one)
    for one in (submitted, in_review, signed_off):
        assessments.submit(assessment=one, by=SYSTEM)
    for one in (in_review, signed_off):
        assessments.take(assessment=one, by=SYSTEM)
    reviewer = make_user(Role.LEGAL, unit, name=f"{word} Reviewer")
    assessments.sign_off(assessment=signed_off, by=principal_for_user(reviewer))
    score(signed_off, "assessment.signed_off")
    view = portfolio_views.save(
        name=f"{word} view", unit=unit, filters={"tier": "high"}, shared=True,
        by=principal_for_user(reviewer),
    )  # fmt: skip
    renewal = renewals.ensure(assessment_id=signed_off.pk)
    assert renewal is not None
    buyer = principal_for_user(make_user(Role.PROCUREMENT, unit, name=f"{word} Buyer"))
    triaged = requests.decide(
        request=asked(unit, buyer, title=f"{word} tooling"),
        version=1,
        depth="full",
        reason="",
        by=buyer,
    )
    member = make_user(Role.PROCUREMENT, unit, name=f"{word} Member")
    client = make_api_client(unit, name=f"{word} ERP")
    make_key(client)
    endpoint = add_endpoint(client, f"https://{word.lower()}.example/hooks").endpoint
    made = imports.preview(
        unit=unit, file_name=f"{word}.csv", content=_LIST % word.encode(), by=SYSTEM
    )
    finding = make_finding(unit, vendor=vendor, title=f"{word} drawings on an open share")
    document = make_evidence(vendor, unit, title=f"{word} quality policy", again=True)
    proofs.attach(assessment=draft, question_key="staff", evidence=document, by=SYSTEM)
    below = make_company(vendor, f"{word} Galvanics")
    subcontract = make_subcontract(vendor, below, engagement=draft.engagement)
    contract = make_contract(
        draft.engagement,
        title=f"{word} supply agreement",
        ends_on="2040-12-31",
        renewal="automatic",
        renewal_months=12,
        notice_days=90,
        cap_kind="uncapped",
    )
    clauses.judge(contract=contract, key="audit", version=0, values={"status": "weak"}, by=SYSTEM)
    estimates.set_personal_data(
        engagement=draft.engagement, version=0, values={"role": "none"}, by=SYSTEM
    )
    estimates.set_ict_service(
        engagement=draft.engagement, version=0, values={"function": f"{word} orders"}, by=SYSTEM
    )
    list_of_policies = contract_imports.preview(
        unit=unit,
        kind="policies",
        file_name=f"{word}-policies.csv",
        content=_POLICIES % word.encode(),
        by=SYSTEM,
    )
    policy = make_policy(vendor, insurer=f"{word} Insurance")
    make_exposure(draft.engagement, per_year_low="0.1", per_year_likely="0.2", per_year_high="0.5")
    asset = make_asset(draft.engagement, name=f"{word} hinge")
    disclosure = make_disclosure(draft.engagement, asset, what=f"{word} drawings")
    site = make_site(vendor, "VN", draft.engagement, name=f"{word} works")
    audit = make_audit(site, unit, auditor=f"{word} Assurance")
    statement = make_statement(vendor, note=f"{word} books")
    figures = statement_imports.preview(
        unit=unit,
        vendor=vendor,
        file_name=f"{word}.csv",
        content=b"fiscal year;period end;currency;source;sales\n2023;2023-12-31;EUR;audited;5\n",
        by=SYSTEM,
    )
    rated = rates.preview(
        file_name="rates.csv",
        content=b"date,currency,rate\n2025-12-31,USD,1.1\n",
        base="EUR",
        source="Central bank",
        by=SYSTEM,
    )
    # Lists are one for all units, so no name of the unit is on them.
    alias = aliases.add(vendor=vendor, name="Plain Metallwerke", kind="former", by=SYSTEM)
    owner = make_owner(vendor, f"{word} Holding", percent=60)
    watch_list = listed(row("1", "Plain Metallwerke GmbH"))
    upload = make_upload(watch_list, list_csv([row("2", "Plain Optics")]))
    passed_on = subcontract_imports.preview(
        unit=unit,
        file_name=f"{word}.csv",
        content=f"vendor;subcontractor;service\n{word} Tools;{word} Paints;Paint\n".encode(),
        by=SYSTEM,
    )
    twin = make_vendor(unit, name=f"{word} Twin")
    away = make_vendor(unit, name=f"{word} Elsewhere")
    merged = merge(kept=twin, gone=away, by=SYSTEM)
    # Ended, so that others may ask for the same.
    parted = merge_jobs.cancel(job=merge_jobs.ask_undo(made=merged, by=buyer), by=buyer)
    tried = make_draft(kappa=0.8)
    answer_file = offline.read(
        assessment=draft,
        file_name=f"{word}.xlsx",
        content=offline.export(assessment=draft, vendor_side=False, language="en"),
        vendor_side=False,
        by=SYSTEM,
    )
    filled_workbook = FilledWorkbook.objects.create(
        engagement=draft.engagement,
        questionnaire=questionnaire,
        file_name=f"{word}.xlsx",
        sha256="0" * 64,
        content=b"",
        diff={"lines": []},
        report={"matched": 0, "rows": 0, "own_rule": None, "problems": [], "notes": []},
        created_at=draft.opened_at,
    )
    questionnaire_file = questionnaire_files.upload(
        file_name=f"{word}.csv", content=b"ID;Question;Answer\n1;Is it?;Yes\n", by=SYSTEM
    )
    incident = make_incident(draft.engagement, title=f"{word} copies")
    measure = add_measure(incident, what=f"Return the tools to {word}", done=True)
    proof = incident_parts.add_evidence(
        incident=incident, title=f"Sample for {word}", kept_at="Safe", by=SYSTEM
    )
    watched = make_item(draft.engagement, scope=f"Offers of {word} parts")
    suspicion = monitoring.check(
        item=watched, done_on=date(2026, 2, 1), finding="suspicious", note=f"{word}?", by=SYSTEM
    )
    topic = make_topic(draft.engagement, name=f"{word} drawings")
    trained = make_person(draft.engagement, name=f"{word} Trainee")
    learnt = training.put_record(person=trained, topic=topic, done_on=date(2026, 1, 5), by=SYSTEM)
    endings = make_offboardings(
        make_vendor(unit, name=f"{word} Leaver"), unit, owner=member, word=word
    )
    kept = make_kept(vendor, unit, submitted.engagement, reviewer, word=word)
    written = drafts.copy(source=questionnaire, by=SYSTEM)
    moving = MoveRun.objects.create(
        source=questionnaire,
        target=questionnaire,
        started_at=written.created_at,
        touched_at=written.created_at,
    )
    return World(
        word,
        {
            "contact": contact.pk,
            "contact_email": contact.email,
            "export": exports.ask(
                what="scores",
                file_format="csv",
                filters={},
                unit_id=None,
                by=principal_for_client(client, client.scopes),
            ).pk,
            "unknown": "00000000-0000-7000-8000-000000000001",
            "sent": sent.pk,
            "invitation": invitation.pk,
            "portal_link": invitation.links.get().pk,
            "watched": watched.pk,
            "suspicion": suspicion.pk,
            "topic": topic.pk,
            "trained": trained.pk,
            "training": learnt.pk,
            "incident": incident.pk,
            "step": "investigating",
            "measure": measure.pk,
            "proof": proof.pk,
            "vendor": vendor.pk,
            "subcontract": subcontract.pk,
            "subcontract_list": passed_on.pk,
            "twin": twin.pk,
            "merge": merged.pk,
            "merge_job": parted.pk,
            "engagement": draft.engagement_id,
            "contract": contract.pk,
            "clause": "audit",
            "policy": policy.pk,
            "contract_import": list_of_policies.pk,
            "system": external.system,
            "number": external.value,
            "external_id": external.pk,
            "business_unit": unit.pk,
            "link": vendor.unit_links.get().pk,
            "portfolio_view": view.pk,
            "draft": draft.pk,
            "answer_file": answer_file.pk,
            "filled_workbook": filled_workbook.pk,
            "questionnaire_file": questionnaire_file.pk,
            "questionnaire": draft.questionnaire_id,
            "answered": answered.pk,
            "submitted": submitted.pk,
            "in_review": in_review.pk,
            "signed_off": signed_off.pk,
            "request": asked(unit, buyer, title=f"{word} housings").pk,
            "request_triaged": triaged.pk,
            "renewal": renewal.pk,
            "together": together_runs.start(
                kind="chase", rows=[draft], back="/assessments/", by=buyer
            ).pk,
            "stage": "review",
            "score": Score.objects.filter(assessment=signed_off).latest("pk").pk,
            "section": "secrets",
            "question": "staff",
            "import": made.pk,
            "ip_list": make_ip_list(draft.engagement, file_name=f"{word}.csv").pk,
            "import_under_way": _under_way(made, member),
            "member": member.pk,
            "membership": member.memberships.get().pk,
            "client": client.public_id,
            "key": client.keys.get().pk,
            "event": Event.objects.filter(aggregate_id=vendor.pk, unit_id=unit.pk)[0].id,
            "method": methodologies.published().pk,
            "method_draft": tried.pk,
            "method_hash": methodologies.published().content_hash,
            "questionnaire_hash": questionnaire.content_hash,
            "questionnaire_draft": written.pk,
            "draft_section": written.content["sections"][0]["key"],
            "draft_question": written.content["sections"][0]["questions"][0]["key"],
            "move_run": moving.pk,
            "run": previewed(tried).pk,
            "endpoint": endpoint.pk,
            "report": reports.ask(vendor=vendor, unit=unit, by=buyer).pk,
            "ordered": reports.ask(
                vendor=vendor, unit=unit, by=principal_for_client(client, client.scopes)
            ).pk,
            "schedule": schedules.add(
                vendor=vendor, unit=unit, rhythm="weekly", readers=[UUID(buyer.id)], by=buyer
            ).pk,
            "delivery": make_delivery(endpoint).pk,
            "finding": finding.pk,
            "evidence": document.pk,
            "evidence_file": document.files.get().pk,
            "alias": alias.pk,
            "owner": owner.pk,
            "match": Match.objects.get(vendor=vendor, watch_list=watch_list).pk,
            "watch_list": watch_list.pk,
            "list_number": 1,
            "list_upload": upload.pk,
            "list_upload_under_way": _under_way(upload, member),
            "tier": "high",
            "indicator": "financial",
            "ip_asset": asset.pk,
            "disclosure": disclosure.pk,
            "site": site.pk,
            "site_audit": audit.pk,
            "statement": statement.pk,
            "year": statement.fiscal_year,
            "statement_import": figures.pk,
            "rate_import": rated.pk,
            "country": "VN",
            "country_id": country("VN").pk,
            "law_fact": make_fact("VN", "mlat", "none").pk,
            "country_rating": make_rating("VN", 50).pk,
            "index_edition": make_index({"VN": 49}, name=f"Index {external.pk}").pk,
            "nobodys": tell_somebody().pk,
            "letter": make_letter().pk,
            "guess": "made-up",
            "guess_number": 424_242,
            **endings,
            **kept,
        },
    )


def _under_way(one: VendorImport | ListUpload, asked_by: User) -> UUID:
    """Another file like this one, at which workers are."""
    one = copy(one)
    one.pk, one.status = uuid7(), FileJob.Status.READING
    one.asked_by, one.started_at = asked_by, clock.now()
    one.save(force_insert=True)
    return one.pk
