"""Vendors as ERPs send them, and as they come back."""

from typing import Final

from config.examples.names import (
    CHANGED,
    COLLEAGUE,
    CREATED,
    ENGAGEMENT,
    ENGAGEMENT_TITLE,
    NUMBER,
    SUBCONTRACTOR,
    SYSTEM,
    UNIT,
    UNIT_CODE,
    VENDOR,
)
from config.examples.scores import RATING

_FACTS: Final = {
    "name": "Aalto Precision Oy",
    "country": "FI",
    "registration_number": "1234567-1",
    "lei": "529900AALTOEXAMPLE04",
    "vat_number": "FI12345671",
    "city": "Tampere",
    "website": "https://aalto-precision.example",
    "currency": "EUR",
}
_ALIAS: Final = {"name": "Aalto Castings", "kind": "former"}
_EXTERNAL_ID: Final = {"system": SYSTEM, "id": NUMBER}
_SENT: Final = {
    **_FACTS,
    "category": "castings",
    "business_units": [UNIT_CODE],
    "aliases": [_ALIAS],
}
_LISTED: Final = {
    "id": VENDOR,
    **_FACTS,
    "status": "active",
    "sample": False,
    "version": 3,
    "external_ids": [_EXTERNAL_ID],
    "created_at": CREATED,
    "updated_at": CHANGED,
    "rating": RATING,
}
_RECORD: Final = {
    **_LISTED,
    "aliases": [_ALIAS],
    "business_units": [
        {"id": UNIT, "code": UNIT_CODE, "name": "Machine tools", "category": "castings"}
    ],
    "merged_ids": [],
}
_PLACED: Final = {
    "business_unit": UNIT_CODE,
    "title": ENGAGEMENT_TITLE,
    "description": "Cast and machined to our drawings, with our moulds.",
    "status": "active",
    "service": "contract_manufacturing",
    "made_in": ["VN"],
    "annual_spend": "840000.00",
    "currency": "EUR",
    "intake": {
        "access_depth": "most",
        "annual_spend": "to_1m",
        "harm_if_lost": "serious",
        "ip_entrusted": ["designs", "moulds_tooling"],
        "enforceability": "uneven",
        "subcontracting": "named",
        "volume_control": "audited",
        "substitutability": "year",
        "system_connection": "portal",
    },
    "purchasing_org": "1000",
    "company_code": "FI01",
    "category": "castings",
    "owner": COLLEAGUE,
}
_NOT_TAKEN: Final = {
    "type": "about:blank",
    "title": "Bad Request",
    "status": 400,
    "detail": "This field may not be blank.",
    "errors": [{"pointer": "/items/1/name", "detail": "This field may not be blank."}],
}

EXAMPLES: Final = {
    "VendorIn": _SENT,
    "VendorItems": {"items": [{**_SENT, **_EXTERNAL_ID}]},
    "VendorPatch": {"city": "Helsinki", "category": "castings"},
    "VendorRecord": _RECORD,
    "change_vendor": {**_RECORD, "city": "Helsinki", "version": 4},
    "put_vendor_by_external_id 201": {**_RECORD, "version": 1, "rating": None},
    "RatedVendor": _LISTED,
    "ItemResults": {
        "items": [
            {
                "index": 0,
                **_EXTERNAL_ID,
                "status": 200,
                "vendor_id": VENDOR,
                "changed": True,
                "problem": None,
            },
            {
                "index": 1,
                "system": SYSTEM,
                "id": "0000100043",
                "status": 400,
                "vendor_id": None,
                "changed": False,
                "problem": _NOT_TAKEN,
            },
        ]
    },
    "EngagementIn": _PLACED,
    "EngagementOut": {
        "id": ENGAGEMENT,
        "vendor_id": VENDOR,
        **_PLACED,
        "ip_kinds": ["designs", "moulds_tooling"],
        "tier": "high",
        "version": 2,
        "updated_at": CHANGED,
    },
    "ReliedOnOut": {
        "vendor_id": SUBCONTRACTOR,
        "name": "Binh An Galvanics",
        "country": "VN",
        "relied_on_by": 2,
        "without_terms": 1,
    },
    "ReachedOut": {
        "vendor_id": SUBCONTRACTOR,
        "name": "Binh An Galvanics",
        "country": "VN",
        "depth": 1,
        "path": [VENDOR, SUBCONTRACTOR],
        "relied_on_by": 2,
    },
}
