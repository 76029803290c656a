"""An assessment from its opening to its review, with the questionnaire and its evidence."""

from typing import Any, Final

from config.examples.names import (
    ASSESSMENT,
    CHANGED,
    COLLEAGUE,
    CONTACT,
    CREATED,
    ENGAGEMENT,
    EVIDENCE,
    OTHER_QUESTION,
    QUESTION,
    QUESTIONNAIRE_HASH,
    UNIT_CODE,
    VENDOR,
)

_OPENED: Final = "2026-11-01T08:00:03.151902Z"
_SELF: Final = f"/api/v1/assessments/{ASSESSMENT}"
_ASSESSMENT: Final = {
    "id": ASSESSMENT,
    "vendor_id": VENDOR,
    "engagement_id": ENGAGEMENT,
    "unit": UNIT_CODE,
    "status": "sent",
    "status_reason": "",
    "tier": "high",
    "questionnaire": {
        "key": "standard",
        "version": "2",
        "title": "Standard questionnaire",
        "content_hash": QUESTIONNAIRE_HASH,
    },
    "answered": 41,
    "applicable": 96,
    "due_on": "2026-12-15",
    "overdue": False,
    "assigned_to": COLLEAGUE,
    "opened_at": _OPENED,
    "submitted_at": None,
    "signed_off_at": None,
    "changed_at": CHANGED,
    "supersedes_id": None,
    "steps": ["save", "submit", "take_back", "cancel"],
    "links": {
        "self": _SELF,
        "questionnaire": f"/api/v1/questionnaires/{QUESTIONNAIRE_HASH}",
        "answers": f"{_SELF}/answers",
        "evidence": f"{_SELF}/evidence",
        "what_if": f"{_SELF}/what-if",
        "vendor": f"/api/v1/vendors/{VENDOR}",
    },
}
_DRAFT: Final = {
    **_ASSESSMENT,
    "status": "draft",
    "answered": 0,
    "steps": ["save", "send", "submit", "cancel"],
}
_CONTACTS: Final = {
    "contacts": [CONTACT],
    "due_on": "2026-12-15",
    "message": "Please answer by mid-December.",
    "language": "en-gb",
}
_QUESTION: Final = {
    "key": QUESTION,
    "kind": "yes_no",
    "respondent": "vendor",
    "mandatory": True,
}
_ANSWERS: Final = {
    "assessment_id": ASSESSMENT,
    "status": "sent",
    "questionnaire_hash": QUESTIONNAIRE_HASH,
    "answered": 41,
    "applicable": 96,
    "missing": [OTHER_QUESTION],
    "items": [
        {
            **_QUESTION,
            "section": "tools",
            "text": "Are our tools and moulds kept under lock?",
            "asked": True,
            "changeable": True,
            "state": "answered",
            "value": "no",
            "note": "From February on, in the new hall.",
            "version": 1,
            "answered_at": CHANGED,
            "answered_by": "vendor",
            "counts": None,
            "review": "open",
            "query": "",
            "evidence": 1,
            "proved_by": "document",
            "proved_until": "2027-06-30",
        }
    ],
}
_VERSION: Final = {
    "content_hash": QUESTIONNAIRE_HASH,
    "key": "standard",
    "version": "2",
    "title": "Standard questionnaire",
    "status": "published",
    "published_at": CREATED,
    "retired_at": None,
}
_ALWAYS: Final[dict[str, list[str]]] = {"ip_kinds": [], "services": [], "tiers": []}

EXAMPLES: Final[dict[str, Any]] = {
    "AssessmentOut": _ASSESSMENT,
    "OpenIn": {
        "engagement_id": ENGAGEMENT,
        "questionnaire": QUESTIONNAIRE_HASH,
        "assigned_to": COLLEAGUE,
        **_CONTACTS,
    },
    "PlanIn": {"due_on": "2026-12-15", "assigned_to": COLLEAGUE},
    "AskIn": _CONTACTS,
    "ReasonIn": {"reason": "The order was given to somebody else."},
    "cancel_assessment": {
        **_ASSESSMENT,
        "status": "closed",
        "status_reason": "The order was given to somebody else.",
        "steps": [],
    },
    "submit_assessment": {
        **_ASSESSMENT,
        "status": "submitted",
        "answered": 96,
        "submitted_at": CHANGED,
        "steps": ["take_back", "cancel"],
    },
    "take_assessment_back takes": {"reason": "Sent to the wrong contact."},
    "take_assessment_back": {
        **_DRAFT,
        "answered": 41,
        "status_reason": "Sent to the wrong contact.",
    },
    "AnswersIn": {
        "answers": {
            QUESTION: {
                "value": "no",
                "note": "From February on, in the new hall.",
                "version": 0,
            },
            OTHER_QUESTION: {"state": "dont_know"},
        }
    },
    "AnswersOut": _ANSWERS,
    "EvidenceIn": {
        "question": QUESTION,
        "file": "(the bytes of tool-store.pdf)",
        "title": "Report on the tool store",
        "kind": "report",
        "confidentiality": "confidential",
        "issued_on": "2026-07-01",
        "expires_on": "2027-06-30",
    },
    "PlacedEvidenceOut": {
        "id": "019a52e7-b9f3-7a64-8e0d-31c5d7f28b06",
        "question": QUESTION,
        "evidence_id": EVIDENCE,
        "confidentiality": "confidential",
        "added_at": CHANGED,
        "added_by": "program",
        "document": {
            "title": "Report on the tool store",
            "kind": "report",
            "issued_on": "2026-07-01",
            "expires_on": "2027-06-30",
            "withdrawn_at": None,
            "proves": True,
            "files": [
                {
                    "id": "019a52e7-b8a2-7f90-b4c1-6d0e83a57f19",
                    "number": 1,
                    "name": "tool-store.pdf",
                    "content_type": "application/pdf",
                    "size": 184320,
                    "sha256": "4be1a09d73c6f8521e0d94b7a3f65c82d017be94c3a85f2690d41e7b8f3a6c05",
                    "scan": "clean",
                    "uploaded_at": CHANGED,
                }
            ],
        },
    },
    "QuestionnaireLine": _VERSION,
    "QuestionnaireOut": {
        **_VERSION,
        "languages": ["en"],
        "sections": [
            {
                "key": "tools",
                "title": {"en": "Tools and moulds"},
                "intro": {"en": ""},
                "dimension": "technology_protection",
                "reviewer": "",
                "applies": {**_ALWAYS, "ip_kinds": ["moulds_tooling"]},
                "questions": [
                    {
                        **_QUESTION,
                        "text": {"en": "Are our tools and moulds kept under lock?"},
                        "why": {"en": "Who can reach a mould can make parts for others."},
                        "good_evidence": {"en": "A report with photographs of the store."},
                        "help": {"en": ""},
                        "evidence_expected": True,
                        "allow_not_applicable": False,
                        "min_tier": "low",
                        "applies": _ALWAYS,
                        "choices": [],
                        "number": None,
                        "past_only": False,
                        "max_length": None,
                        "asked_when": None,
                    }
                ],
            }
        ],
    },
}
