"""What hangs on an engagement: contracts, disclosures, intellectual property, data, its end."""

from typing import Any, Final

from config.examples.names import ASSET, CHANGED, ENGAGEMENT, SITE

_VERSION: Final = {"version": 1}
_CLAUSES: Final = [
    {
        "key": "tooling",
        "status": "weak",
        "extract": "Tools may be kept on the premises of the supplier.",
        "note": "Nothing is said of their return.",
        "reason": "",
        "no_assignment": False,
    }
]
_CONTRACT: Final = {
    "title": "Supply agreement for pump housings",
    "reference": "C-2026-0117",
    "amends": None,
    "status": "in_force",
    "our_party": "Example Pumps GmbH",
    "vendor_party": "Aalto Precision Oy",
    "signed_on": "2026-02-12",
    "starts_on": "2026-03-01",
    "ends_on": "2029-02-28",
    "renewal": "automatic",
    "renewal_months": 12,
    "notice_days": 90,
    "notice_by": None,
    "law_country": "FI",
    "forum": "arbitration",
    "forum_place": "Helsinki",
    "cap_kind": "amount",
    "cap_amount": "2000000.00",
    "cap_currency": "EUR",
    "carve_outs": ["ip_breach", "intent"],
    "indemnity": "full",
    "kept_at": "Contract archive, folder 117",
}
_CONTRACT_ID: Final = "019a21ca-6f40-7d92-b1e8-05a7c93d4f62"
_DISCLOSURE: Final = {
    "what": "Drawings of the housings, revision C",
    "assets": [ASSET],
    "disclosed_on": "2026-03-04",
    "to_kind": "site",
    "to_name": "",
    "site": SITE,
    "subcontract": None,
    "how": "portal",
    "marked": True,
    "return_by": "2029-03-31",
    "outcome": "held",
    "settled_on": None,
    "certificate": "",
    "note": "",
}
_EXPOSURE: Final = {
    "low": "500000.00",
    "likely": "2000000.00",
    "high": "6000000.00",
    "currency": "EUR",
    "reason": "Three years of margin on the pump series.",
    "per_year_low": "0.0500",
    "per_year_likely": "0.1000",
    "per_year_high": "0.2500",
}
_ICT: Final = {
    "function": "Order confirmations over the vendor's portal",
    "critical": False,
    "substitutability": "easy",
    "exit_plan": "written",
    "exit_plan_on": "2026-05-20",
    "last_audit_on": None,
    "next_audit_on": None,
    "note": "",
}
_ASSET: Final = {
    "name": "Sealing of the housing",
    "kind": "inventions",
    "right": "patent",
    "owner_entity": "Example Pumps GmbH",
    "reference": "P-0815",
    "unregistered_because": "",
    "note": "",
    "registrations": [
        {
            "territory": "DE",
            "status": "registered",
            "number": "DE 10 2021 001 234",
            "filed_on": "2021-04-08",
            "granted_on": "2024-01-17",
            "expires_on": "2041-04-08",
        }
    ],
}
_PERSONAL_DATA: Final = {
    "role": "processor",
    "categories": "Names and addresses of employees who place orders",
    "agreement": "signed",
    "agreed_on": "2026-02-12",
    "sub_processors": [{"name": "Example Hosting Oy", "country": "FI", "service": "Hosting"}],
    "sub_processors_approved": True,
    "transfer_to": [],
    "transfer_basis": "none",
    "note": "",
}
_TRAINED: Final = [
    {
        "name": "Minh Tran",
        "side": "vendor",
        "job": "Foreman",
        "topic": "Handling of drawings",
        "done_on": "2026-09-14",
        "valid_until": "2028-09-14",
        "certificate": "T-2026-44",
    }
]

EXAMPLES: Final[dict[str, Any]] = {
    "ContractIn": {**_CONTRACT, "clauses": _CLAUSES},
    "ContractOut": {
        **_CONTRACT,
        "clauses": [{**_CLAUSES[0], "reviewed_at": None, "deviation_approved": False}],
        "id": _CONTRACT_ID,
        **_VERSION,
        "term_ends_on": "2029-02-28",
        "notice_on": "2028-11-30",
    },
    "DisclosureIn": _DISCLOSURE,
    "DisclosureOut": {
        **_DISCLOSURE,
        "id": "019a21cb-9a17-7b04-8c5d-e2f60137a9d8",
        **_VERSION,
        "overdue": False,
    },
    "ExposureIn": _EXPOSURE,
    "ExposureOut": {**_EXPOSURE, **_VERSION},
    "IctServiceIn": _ICT,
    "IctServiceOut": {**_ICT, **_VERSION},
    "AssetIn": _ASSET,
    "AssetOut": {
        **_ASSET,
        "id": ASSET,
        **_VERSION,
        "countries": [{"country": "VN", "stands": "missing"}],
    },
    "PersonalDataIn": _PERSONAL_DATA,
    "PersonalDataOut": {**_PERSONAL_DATA, **_VERSION},
    "TrainingsIn": {"records": _TRAINED},
    "TrainingsOut": {
        "people": 1,
        "in_date": 1,
        "topics": [
            {
                "id": "019a21cc-48e3-7f51-90b6-7d2a5c18e0f4",
                "name": "Handling of drawings",
                "needed_of": "vendor",
            }
        ],
        "records": _TRAINED,
    },
    "TakenOut": {"people": 1, "topics": 1, "records": 1},
    "OffboardingOut": {
        "id": "019a8e05-31b9-7c26-a7d0-4f9e82c6510b",
        "engagement_id": ENGAGEMENT,
        "status": "open",
        "reason": "The series ends.",
        "last_day": "2029-02-28",
        "started_at": CHANGED,
        "ended_at": None,
        "ended_note": "",
        "sha256": "",
        "lines_count": 1,
        "lines_settled": 0,
        "lines_late": 0,
        "lines": [
            {
                "id": "019a8e05-31bb-7d90-8e42-b05c17f3a6d9",
                "key": "tools",
                "title": "Tools and moulds are back",
                "status": "open",
                "due_on": "2029-02-28",
                "needs_proof": True,
                "documents": 0,
                "settled_at": None,
                "note": "",
            }
        ],
    },
}
