"""What the log says about each event, and the page that shows what it was about.

The log belongs to the ground floors, the events to all of them: the roof knows both, and the
ground floors read this table by the name in the settings, as they do the routes.
"""

from collections.abc import Callable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from config import event_words_sign_in
from config.privacy_words import PRIVACY
from vendors.finding_kinds import KINDS

#: Event type -> a sentence. `{…}` stands for a public value of the event; what stands before the
#: colon is what the filter of the log calls such events.
SENTENCES: dict[str, str | Promise] = {
    **event_words_sign_in.SENTENCES,
    "assessment.opened": _("Assessment opened: {questions} questions"),
    "assessment.planned": _("Assignee or due date changed"),
    "assessment.answers_saved": _("Answers saved: {keys}"),
    "assessment.submitted": _("Assessment submitted: {answered} of {applicable} answered"),
    "assessment.taken": _("Review begun"),
    "assessment.reviewed": _("Answer reviewed: {key}, {verdict}"),
    "assessment.section_accepted": _("Answers of a section accepted: {keys}"),
    "assessment.answer_overridden": _("Answer overridden in review: {key}"),
    "assessment.override_undone": _("Override of an answer undone: {key}"),
    "assessment.reviewer_chosen": _("Reviewer of an assessment chosen"),
    "assessment.put_back": _("Review put back"),
    "assessment.taken_back": _("Assessment taken back"),
    "assessment.widened": _("More questions opened for correction: {keys}"),
    "assessment.returned": _("Assessment sent back"),
    "assessment.reopened": _("Sign-off taken back"),
    "assessment.signed_off": _("Assessment signed off"),
    "assessment.cancelled": _("Assessment cancelled"),
    "assessment.said": _("Message written: {key}"),
    "assessment.sent": _("Assessment sent to the vendor"),
    "assessment.handed_in": _("Vendor handed in its part: {answered} of {applicable} answered"),
    "assessment.receipt_made": _("Receipt made: number {number}"),
    "invitation.sent": _("Vendor's contact invited: until {ends_on}"),
    "invitation.link_sent": _("Link to the questions sent again: {why}"),
    "invitation.extended": _("Time of an invitation changed: due {due_on}"),
    "invitation.revoked": _("Invitation revoked"),
    "invitation.declined": _("Invitation declined by the vendor's contact"),
    "invitation.findings": _("Vendor's contact asked about findings"),
    "portal.entered": _("Vendor's contact came in by a link"),
    "portal.left": _("Vendor's contact signed off"),
    "portal.link_locked": _("Link locked after wrong tries"),
    "delegation.given": _("Section handed on to a colleague: {section}"),
    "delegation.done": _("Section finished by a colleague: {section}"),
    "delegation.taken_back": _("Section taken back from a colleague: {section}"),
    "contact.added": _("Contact added"),
    "contact.changed": _("Contact changed: {fields}"),
    "contact.switched": _("Contact switched on or off"),
    **PRIVACY,
    "assessment.superseded": _("Assessment replaced by a newer one"),
    "assessment.evidence_attached": _("Evidence put beside an answer: {key}"),
    "assessment.evidence_detached": _("Evidence taken away from an answer: {key}"),
    "assessment.proof_changed": _("Proof of answers changed with a document: {keys}"),
    "evidence.added": _("Evidence added: {kind}, {confidentiality}"),
    "evidence.version_added": _("Newer version of evidence added: {number}"),
    "evidence.changed": _("Evidence changed: {fields}"),
    "evidence.withdrawn": _("Evidence withdrawn"),
    "evidence.downloaded": _("Evidence downloaded: version {number}"),
    "renewal.set": _("Renewal planned: {due_on}"),
    "renewal.called": _("Renewal brought forward: {due_on}, {because}"),
    "renewal.postponed": _("Renewal moved: {before} to {due_on}"),
    "renewal.started": _("Renewal started"),
    "renewal.cadence_changed": _("Cadence of renewals changed"),
    "stage.rule_changed": _("Stage given to somebody: {stage}, {target_days} days"),
    "request.asked": _("Supplier asked for: {service}, {tier}"),
    "request.changed": _("Request for a supplier changed: {fields}"),
    "request.triaged": _("Request for a supplier triaged: {depth}"),
    "request.started": _("Request for a supplier started"),
    "request.closed": _("Request for a supplier closed: {status}"),
    "score.changed": _("Score changed: {previous_band} to {band}"),
    "scores.written": _("Scores written by a run: {scores} new, {changed} changed"),
    "run.started": _("Run over the portfolio started: {kind}"),
    "run.resumed": _("Run over the portfolio resumed: {kind}"),
    "run.cancelled": _("Run over the portfolio cancelled: {done} of {total} done"),
    "export.asked": _("Export asked for: {what}, {format}"),
    "export.made": _("Export made: {what}, {rows} rows"),
    "export.downloaded": _("Export handed out: {what}, {rows} rows"),
    "export.ended": _("Export over: {what}, {status}"),
    "report.asked": _("Report asked for: {kind}"),
    "report.made": _("Report made: {kind}"),
    "report.downloaded": _("Report handed out: {kind}, {format}"),
    "report.ended": _("Report over: {kind}, {status}"),
    "report_schedule.saved": _("Reports by the calendar set up: {kind}, {rhythm}"),
    "report_schedule.switched": _("Reports by the calendar switched: {kind}, on: {is_active}"),
    "report_schedule.left": _("Reader left reports by the calendar: {kind}"),
    "run.completed": _("Run over the portfolio done: {total} looked at, {changed} changed"),
    "decision.made": _("Decision made: {verdict}"),
    "portfolio_view.saved": _("View of the dashboard kept: {filters}"),
    "portfolio_view.removed": _("View of the dashboard removed"),
    "score.sensitivity_tested": _(
        "Score tried under other weights: the band holds in {holding} of {draws}"
    ),
    "vendor.created": _("Vendor added"),
    "vendor.changed": _("Vendor changed: {fields}"),
    "vendor.archived": _("Vendor archived or restored"),
    "vendor.unit_linked": _("Vendor linked to a business unit"),
    "vendor.external_id_set": _("External id set: {system} {value}"),
    "subcontract.added": _("Subcontractor recorded"),
    "subcontract.changed": _("Subcontract changed: {fields}"),
    "subcontract.ended": _("Subcontract ended or resumed"),
    "vendor.merged": _("Vendor merged with another record"),
    "vendor.merged_away": _("Vendor became a part of another record"),
    "vendor.unmerged": _("Merge of vendors undone"),
    "vendor.told_apart": _("Vendor told apart from one that looks like it"),
    "vendors.imported": _("Vendors imported: {created} new, {changed} changed, {linked} linked"),
    "vendors.pushed": _("Vendors pushed: {created} new, {changed} changed, {linked} linked"),
    "engagement.created": _("Engagement added: {tier}"),
    "engagement.changed": _("Engagement changed: {fields}"),
    "offboarding.started": _("Off-boarding started: last day {last_day}, {lines} lines"),
    "offboarding.changed": _("Off-boarding changed: {fields}"),
    "offboarding.line": _("Line of an off-boarding: {how}"),
    "offboarding.cancelled": _("Off-boarding cancelled"),
    "offboarding.closed": _("Off-boarding closed: {done} done, {waived} waived, {sha256}"),
    "finding.opened": _("Finding raised: {kind}, {severity}"),
    "finding.changed": _("Finding goes on: {how}"),
    "finding.closed": _("Finding closed: {kind}, {severity}"),
    "finding_rule.changed": _("Rule for findings changed: {tier}"),
    "ip.asset_added": _("IP asset added: {kind}"),
    "ip.asset_changed": _("IP asset changed: {fields}"),
    "ip.schedule_changed": _("IP schedule changed: {how}"),
    "ip.disclosed": _("IP disclosed: {to_kind}, {disclosed_on}"),
    "ip.disclosure_changed": _("Disclosure changed: {fields}"),
    "site.added": _("Site added: {activity}, {country}"),
    "site.changed": _("Site changed: {fields}"),
    "site.closed": _("Site closed or opened again: {closed_on}"),
    "site.audited": _("Site audited: {scope}, {result}"),
    "statement.filed": _("Statement filed: {fiscal_year}"),
    "statement.changed": _("Statement changed: {fiscal_year}, {fields}"),
    "statement.withdrawn": _("Statement withdrawn: {fiscal_year}"),
    "financial_profile.changed": _("Listing, sector or market changed"),
    "financial_model.chosen": _("Model of insolvency chosen: {model}"),
    "exchange_rates.imported": _("Exchange rates imported: {new} new, {changed} changed"),
    "price_index.set": _("Price index set: {year}, {value}"),
    "contract.changed": _("Contract entered or changed: {fields}"),
    "contract.renewed": _("Contract renewed by itself: until {term_ends_on}"),
    "clause.judged": _("Clause judged: {key}, {status}"),
    "clause.reviewed": _("Clause reviewed by counsel: {key}, {status}"),
    "policy.changed": _("Insurance policy entered or changed: {fields}"),
    "exposure.changed": _("Exposure estimated: {fields}"),
    "personal_data.changed": _("Personal data recorded: {fields}"),
    "ict_service.changed": _("ICT service recorded: {fields}"),
    "contracts.imported": _("Contracts or policies imported: {created} new, {changed} changed"),
    "reminders.sent": _("Reminded of what comes due: {count}"),
    "country.fact_overridden": _("Fact about a country recorded: {facts_in}, {subject}, {status}"),
    "country.fact_withdrawn": _("Fact about a country taken back: {facts_in}, {subject}, {status}"),
    "country.rated": _("Country rated: {facts_in}, {risk} of 100 until {until}"),
    "country.rating_withdrawn": _("Rating of a country taken back: {facts_in}, {risk} of 100"),
    "country.facts_released": _("Delivered facts about a country changed: {facts_in}, {version}"),
    "country.figure_changed": _("Figure of a country changed: {facts_in}, {index} {edition}"),
    "law_release.taken": _("Delivered facts about countries taken up: {version}, {facts} facts"),
    "index.imported": _("Index imported: {name} {edition}, {countries} countries"),
    "index.withdrawn": _("Index taken back: {name} {edition}"),
    "incident.reported": _("Incident reported: {severity}"),
    "incident.changed": _("Incident changed: {fields}"),
    "incident.moved": _("Incident moved on: {before} to {status}"),
    "incident.disputed": _("Incident disputed by the vendor, or no longer"),
    "incident.evidence_changed": _("Evidence of an incident added or removed"),
    "incident.measure_saved": _("Corrective measure saved: {fields}"),
    "incident.noted": _("Note added to an incident"),
    "monitoring.item_saved": _("Monitoring plan changed: {watched}, {fields}"),
    "monitoring.checked": _("Monitoring check done: {finding}, on {done_on}"),
    "monitoring.settled": _("Suspicious finding followed up"),
    "training.topic_saved": _("Training topic saved: {name}"),
    "training.person_saved": _("Person named for training: {side}"),
    "training.person_erased": _("Person removed: {side}, with {records} trainings"),
    "training.recorded": _("Training recorded: done on {done_on}"),
    "training.imported": _("Trainings imported: {records} for {people} new people"),
    "watch_list.added": _("Watch-list added: {key}"),
    "watch_list.changed": _("Watch-list changed: {key}, {fields}"),
    "watch_list.imported": _(
        "Watch-list imported: {key} {number}, {new} new, {changed} changed, {gone} gone"
    ),
    "watch_list.paused": _("Screening held: {key} {number}, after {vendors} vendors"),
    "watch_list.resumed": _("Screening resumed: {key} {number}, after {vendors} vendors"),
    "watch_list.screened": _(
        "Vendors screened against a watch-list: {key} {number}, {vendors} vendors, {found} found"
    ),
    "screening.match": _("May be listed: {watch_list}"),
    "screening.reached": _("Screening of an owner changed"),
    "match.decided": _("Match decided: {watch_list}, {verdict}"),
    "match.closed": _("Match closed: {watch_list}, {why}"),
    "alias.changed": _("Other name added or removed: {kind}"),
    "owner.changed": _("Owner changed: {action}, {fields}"),
    "assessment.workbook_taken": _(
        "Answers taken from the vendor's workbook: {answers}, {refused} could not be read"
    ),
    "questionnaire.imported": _("Questionnaire imported as a draft: {key} {version}"),
    "questionnaire.published": _("Questionnaire published: {key} {version}"),
    "questionnaire.drafted": _("Draft of a questionnaire made: {key} {version}"),
    "questionnaire.changed": _("Draft of a questionnaire changed: {key} {version}, {did} {place}"),
    "questionnaire.discarded": _("Draft of a questionnaire deleted: {key} {version}"),
    "questionnaire.retired": _("Questionnaire retired: {key} {version}"),
    "questionnaire.moving_started": _(
        "Moving open assessments over: {assessments} from {source} to {version}"
    ),
    "questionnaire.moving_ended": _("Moving open assessments ended: {moved} moved, {left} left"),
    "assessment.moved": _("Assessment moved over: {source} to {questionnaire}"),
    "assessment.moved_back": _("Move of an assessment undone: back to {questionnaire}"),
    "methodology.drafted": _("Draft of the scoring method made: {key} {version}"),
    "methodology.changed": _("Draft of the scoring method changed: {key} {version}, {groups}"),
    "methodology.discarded": _("Draft of the scoring method deleted: {key} {version}"),
    "methodology.published": _("Scoring method published: {key} {version}"),
    "methodology.retired": _("Scoring method retired: {key} {version}, replaced by {successor}"),
    "installation.set_up": _("Surety set up: {organisation}, {units} business units"),
    "installation.renamed": _("Organisation renamed: {organisation}"),
    "record.restored": _("Database restored from a backup: as of event no. {reached}"),
    "record.exported": _("Record exported as a bundle"),
    "installation.mail_tried": _("Mail tried: {trouble}"),
    "sample.asked": _("Sample data asked for: {what}"),
    "sample.loaded": _("Sample data loaded: {vendors} vendors"),
    "sample.vendors_removed": _("Sample vendors removed: {vendor_ids}"),
    "sample.removed": _("Sample data removed: {vendors} vendors"),
    "sample.stopped": _("Sample data: {what} {status}"),
    "unit.added": _("Business unit added: {name}"),
    "unit.renamed": _("Business unit renamed: {name}"),
    "member.added": _("Member added: {role}"),
    "member.role_given": _("Role given: {role}"),
    "member.role_changed": _("Role changed: {before} to {role}"),
    "member.role_taken": _("Role taken away: {role}"),
    "member.deactivated": _("Account switched off"),
    "member.reactivated": _("Account switched on"),
    "member.password_link_made": _("Link to set a password made"),
    "member.profile_changed": _("Own profile changed"),
    "member.notifications_chosen": _("Way of being told chosen"),
    "member.calendar_made": _("Calendar address made"),
    "member.calendar_revoked": _("Calendar address taken back"),
    "letter.sent_again": _("Letter sent again"),
    "letter.withdrawn": _("Letter withdrawn"),
    "api_client.added": _("API client added: {name}"),
    "api_client.changed": _("API client changed: {name}"),
    "api_client.switched": _("API client switched on or off: {name}"),
    "api_client.key_created": _("API key created: {prefix}…, {name}"),
    "api_client.key_rotated": _("API key replaced: {old_prefix}… by {prefix}…, {name}"),
    "api_client.key_revoked": _("API key revoked: {prefix}…, {name}"),
    "api_client.secret_created": _("OAuth2 secret replaced: {name}"),
    "webhook_endpoint.added": _("Webhook endpoint added"),
    "webhook_endpoint.changed": _("Webhook endpoint changed"),
    "webhook_endpoint.secret_rotated": _("Webhook secret replaced: old one until {old_expires_at}"),
    "webhook_endpoint.enabled": _("Webhook endpoint switched on"),
    "webhook_endpoint.disabled": _("Webhook endpoint switched off: {reason}"),
    "webhook_endpoint.removed": _("Webhook endpoint removed"),
    "webhook_endpoint.redelivered": _("Webhook messages sent again: {count}"),
}


def _score_changed(data: Mapping[str, Any]) -> str | Promise:
    """Band to band where it moved; otherwise what did change within it."""
    if data.get("previous_band") != data.get("band"):
        return SENTENCES["score.changed"]
    before, after = data.get("previous_points"), data.get("points")
    if before != after:
        if isinstance(before, int) and isinstance(after, int) and before // 100 == after // 100:
            return _("Score changed by less than 0.1 points, still {band} at {points}")
        return _("Score changed: {previous_points} to {points} points, still {band}")
    if data.get("previous_status") != data.get("status"):
        return _("Score changed: {previous_status} to {status}, still {band}")
    return _("Score worked out again: still {band}")


def _finding_went_on(data: Mapping[str, Any]) -> str | Promise:
    """What was done about it."""
    return {
        "restated": _("Finding restated: {severity}"),
        "planned": _("Finding: remediation planned"),
        "disputed": _("Finding disputed"),
        "dispute_rejected": _("Finding: dispute rejected, it stands"),
        "reopened": _("Finding opened again"),
        "done": _("Finding reported as put right"),
        "vendor_done": _("Finding reported as put right by the vendor"),
        "not_verified": _("Finding not put right, seen by whoever verified it"),
        "accepted": _("Finding: risk accepted for a time"),
        "acceptance_ended": _("Finding opened again: acceptance of the risk has ended"),
        "responded": _("Finding answered by the vendor"),
        "shared": _("Finding shown to the vendor"),
        "unshared": _("Finding no longer shown to the vendor"),
        "evidence_added": _("Finding: document added"),
        "evidence_removed": _("Finding: document taken away"),
        "assigned": _("Finding: owner or day changed"),
    }.get(data.get("how", ""), SENTENCES["finding.changed"])


def _line_went_on(data: Mapping[str, Any]) -> str | Promise:
    """What became of a line of an off-boarding."""
    return {
        "added": _("Line of an off-boarding added"),
        "planned": _("Line of an off-boarding: owner or day changed"),
        "done": _("Line of an off-boarding done"),
        "waived": _("Line of an off-boarding waived"),
        "reopened": _("Line of an off-boarding opened again"),
        "evidence_added": _("Line of an off-boarding: document added"),
        "evidence_removed": _("Line of an off-boarding: document taken away"),
    }.get(data.get("how", ""), SENTENCES["offboarding.line"])


def _finding(event_type: str) -> Callable[[Mapping[str, Any]], str]:
    """The sentence with its kind in words."""

    def words(data: Mapping[str, Any]) -> str:
        kind = str(data.get("kind", ""))
        return str(SENTENCES[event_type]).replace("{kind}", str(KINDS.get(kind, kind)))

    return words


def _decision_made(data: Mapping[str, Any]) -> str | Promise:
    """What was decided, in words."""
    return {
        "approved": _("Decision made: approved until {expires_on}"),
        "approved_with_conditions": _("Decision made: approved with conditions until {expires_on}"),
        "on_hold": _("Decision made: on hold"),
        "rejected": _("Decision made: rejected"),
    }.get(data.get("verdict", ""), SENTENCES["decision.made"])


def _statement_filed(data: Mapping[str, Any]) -> str | Promise:
    if data.get("declined"):
        return _("Statement not disclosed, by the vendor: {fiscal_year}")
    return SENTENCES["statement.filed"]


def _model_chosen(data: Mapping[str, Any]) -> str | Promise:
    if not data.get("model"):
        return _("Model of insolvency: back to the one proposed")
    return SENTENCES["financial_model.chosen"]


def _checked(values: Mapping[str, Any]) -> str | Promise:
    if values.get("finding") == "nothing":
        return _("Monitoring check done: nothing found on {done_on}")
    return _("Monitoring check done: something suspicious found on {done_on}")


#: Event type -> the sentence that its public values ask for, where one is not enough.
CHOSEN: dict[str, Callable[[Mapping[str, Any]], str | Promise]] = {
    "score.changed": _score_changed,
    "decision.made": _decision_made,
    "monitoring.checked": _checked,
    "finding.opened": _finding("finding.opened"),
    "finding.changed": _finding_went_on,
    "offboarding.line": _line_went_on,
    "finding.closed": _finding("finding.closed"),
    "statement.filed": _statement_filed,
    "financial_model.chosen": _model_chosen,
}

#: Aggregate type -> (what it is, name of the page that shows it by its id).
SUBJECTS: dict[str, tuple[str | Promise, str]] = {
    "vendor": (_("Vendor"), "scoring:vendor"),
    "vendor_import": (_("Import"), "vendors:import"),
    "vendor_push": (_("Vendors of another system"), ""),
    "engagement": (_("Engagement"), "vendors:engagement_edit"),
    "retention": (_("Rules of retention"), ""),
    "legal_hold": (_("Legal hold"), "vendors:hold_lift"),
    "legal_note": (_("Legal note"), "scoring:legal_note"),
    "finding": (_("Finding"), "vendors:finding"),
    "finding_rule": (_("Rule for findings"), ""),
    "offboarding": (_("Off-boarding"), "vendors:offboarding"),
    "site": (_("Site"), "vendors:site"),
    "finance_import": (_("Import of exchange rates"), "vendors:rate_import"),
    "price_index": (_("Price index"), ""),
    "contract": (_("Contract"), "vendors:contract"),
    "insurance_policy": (_("Insurance policy"), ""),
    "contract_import": (_("Import of contracts"), ""),
    "incident": (_("Incident"), "vendors:incident"),
    "monitoring_item": (_("Monitoring plan"), "vendors:monitoring_item"),
    "training_topic": (_("Training topic"), "vendors:training_topic"),
    "training_person": (_("Trained person"), "vendors:training_person"),
    "ip_asset": (_("IP asset"), ""),
    "disclosure": (_("Disclosure"), ""),
    "watch_list": (_("Watch-list"), "vendors:watch_list"),
    "assessment": (_("Assessment"), "assessments:assessment"),
    "contact": (_("Contact"), "vendors:contact"),
    "evidence": (_("Evidence"), "vendors:evidence"),
    "country": (_("Country"), "vendors:country_by_id"),
    "law_release": (_("Delivered facts about countries"), ""),
    "index_edition": (_("Index"), "vendors:law_index"),
    "supplier_request": (_("Request for a supplier"), "assessments:request"),
    "unit": (_("Business unit"), ""),
    "installation": (_("Organisation"), ""),
    "sample": (_("Sample data"), ""),
    "questionnaire": (_("Questionnaire"), "assessments:questionnaire"),
    "methodology": (_("Scoring method"), "scoring:method"),
    "export": (_("Export"), ""),
    "report": (_("Report"), "reports:report"),
    "report_schedule": (_("Reports by the calendar"), "reports:schedule"),
    "portfolio_view": (_("View of the dashboard"), ""),
    "run": (_("Run over the portfolio"), "scoring:run"),
    "member": (_("Member"), "accounts:member"),
    "letter": (_("Letter"), "accounts:letter"),
    "api_client": (_("API client"), "accounts:api_client"),
    "webhook_endpoint": (_("Webhook endpoint"), "webhooks:endpoint"),
}
