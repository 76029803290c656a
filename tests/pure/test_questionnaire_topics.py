"""The built-in questionnaire covers every topic that it promises to cover, question by question."""

from pathlib import Path

import pytest

from assessments.schema import Questionnaire, load

FILE = Path(__file__).parents[2] / "assessments" / "questionnaires" / "ip-outsourcing.yaml"

#: Topic -> the keys of the questions that cover it.
TOPICS: dict[str, tuple[str, ...]] = {
    # ownership and creation
    "foreground and background": ("foreground_background", "background_licence"),
    "present assignment, promise to assign, exclusive licence": ("assignment_form",),
    "moral rights": ("moral_rights",),
    "employee agreements": ("employee_agreements", "freelancers", "freelancer_assignment"),
    "inventor agreements": ("employee_agreements", "inventor_remuneration"),
    "inventor remuneration": ("inventor_remuneration",),
    "joint development": ("joint_development", "joint_exploitation"),
    "default of joint development": ("joint_default",),
    "improvements and grant-back": ("improvements",),
    "output of generative AI": ("generative_ai", "ai_output_rights", "ai_records"),
    "training of AI on our data": ("ai_inputs", "ai_training", "ai_training_clause"),
    "open-source disclosure": ("open_source", "open_source_disclosure", "copyleft"),
    # secrets
    "secrets identified": ("secrets_identified",),
    "secrets marked": ("secrets_marked",),
    "reasonable measures": ("secrecy_measures",),
    "access list": ("access_list", "access_list_checked"),
    "NDA signed before disclosure": ("nda_before_disclosure", "nda_signed_on", "nda_term"),
    "residuals": ("residuals",),
    "feedback": ("feedback",),
    "reverse engineering": ("reverse_engineering",),
    "non-use": ("non_use_non_circumvention",),
    "non-circumvention": ("non_use_non_circumvention",),
    "return or destruction": ("return_or_destruction",),
    "exit interviews": ("exit_interviews",),
    # use
    "limits on use": ("use_limits",),
    "limits on reproduction": ("reproduction_limits",),
    "limits on distribution": ("distribution_limits",),
    "flow-down to subcontractors": (
        "subcontractors",
        "flow_down",
        "subcontract_consent",
        "subcontractor_checks",
        "further_tiers",
        "further_tiers_bound",
    ),
    "tooling": ("tooling_ownership", "tooling_counted_on"),
    "moulds": ("tooling_ownership", "tooling_marked"),
    "CAD data": ("cad_masters",),
    "masters": ("cad_masters",),
    "overruns": ("overruns", "overrun_share", "production_clause"),
    "scrap": ("scrap", "production_clause"),
    "grey market": ("grey_market", "production_clause"),
    "quality control of marks": ("mark_quality_control", "mark_samples"),
    "the vendor registering our marks": ("marks_registered_by_vendor", "marks_no_filing_clause"),
    # law and enforcement
    "registrations where made": ("registered_where_made",),
    "registrations where sold": ("registered_where_sold",),
    "past infringement": (
        "past_infringement",
        "past_infringement_remedy",
        "past_infringement_details",
    ),
    "freedom to operate": ("freedom_to_operate",),
    "monitoring": ("market_monitoring", "filings_on_our_inventions", "audit_right", "last_audit"),
    "incident notice": ("incident_notice", "incident_hours"),
    "corrective action": ("corrective_action", "past_incidents", "past_incidents_closed"),
    "cooperation with customs": ("enforcement_cooperation", "customs_recordal"),
    "cooperation with courts": ("enforcement_cooperation",),
    "injunctive relief": ("injunctive_relief",),
    "an award enforceable where the assets lie": ("award_enforceable", "governing_law"),
    "prevailing language": ("prevailing_language",),
    "signatory authority": ("signatory_authority",),
    "recordal": ("recordal", "customs_recordal"),
    "export control": ("export_classification", "export_controlled", "export_licence"),
    "deemed exports": ("deemed_exports",),
    # protection
    "access control": ("access_control", "multi_factor"),
    "DRM": ("rights_management", "leak_prevention"),
    "encryption": ("encryption", "encryption_keys"),
    "segregation": ("segregation",),
    "logging": ("logging", "log_months"),
    "forensics": ("forensics",),
    "sites": ("site_list", "site_protection"),
    "independent proof of security": (
        "security_certificate",
        "certificate_scope",
        "certificate_ends",
        "security_test",
    ),
    "training of the vendor's people": (
        "vendor_training",
        "vendor_training_share",
        "vendor_reporting",
    ),
    "training of our people": ("our_training", "our_owner", "our_disclosure_plan"),
    # finances
    "audited accounts": ("audited_accounts", "accounts_date"),
    "going concern": ("going_concern",),
    "insolvency": ("insolvency",),
    "concentration of customers": ("customer_concentration",),
    # liabilities
    "litigation": ("litigation", "litigation_details", "litigation_property"),
    "indemnities": ("ip_indemnity",),
    "caps": ("liability_cap",),
    "insurance": ("insurance", "insurance_ip", "insurance_ends"),
    "tax": ("tax",),
    "labour": ("labour",),
    "sanctions": ("sanctions",),
    "processor agreement": ("processor_agreement",),
    "sub-processors": ("sub_processors", "sub_processor_terms"),
    "transfers": ("data_transfers",),
    # continuity and exit
    "escrow": ("escrow",),
    "escrow verification": ("escrow_verification",),
    "escrow release events": ("escrow_release",),
    "licence survival in insolvency": ("licence_in_insolvency",),
    "step-in": ("step_in",),
    "change of control": ("change_of_control",),
    "competitor affiliates": ("competitor_affiliates",),
    "last-time buy": ("last_time_buy",),
    "transition": ("transition", "exit_plan"),
}


@pytest.fixture(scope="module")
def questionnaire() -> Questionnaire:
    return load(FILE.read_bytes())


@pytest.mark.parametrize("topic", TOPICS)
def test_every_topic_is_covered_by_questions_that_exist(
    topic: str, questionnaire: Questionnaire
) -> None:
    assert TOPICS[topic]
    assert set(TOPICS[topic]) <= set(questionnaire.by_key)


def test_every_question_belongs_to_a_topic(questionnaire: Questionnaire) -> None:
    covered = {key for keys in TOPICS.values() for key in keys}
    assert set(questionnaire.by_key) == covered
