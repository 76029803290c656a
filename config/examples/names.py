"""Whom all examples are about: one vendor, one engagement with it, one assessment of that."""

from typing import Final

VENDOR: Final = "019a21c4-7f3e-7b1a-9c55-3d2f8a6e4b10"
SUBCONTRACTOR: Final = "019a21c4-8a02-7d44-8f0b-52c7e19d3a6f"
UNIT: Final = "0199e0b1-22c4-7e0f-b6a3-91d05c7f2e84"
ENGAGEMENT: Final = "019a21c6-10d5-7c3b-a1f9-6b8e07d4c2a5"
ASSESSMENT: Final = "019a3f80-4c1b-7a96-8d27-e05f3b9c6a71"
SCORE: Final = "019a6b2d-9e47-7f12-b3c8-18a4d6f05e93"
ASSET: Final = "019a21c9-3b70-7e58-9a4d-c7f1620b8e3d"
SITE: Final = "019a21c8-05ae-7169-8be2-4f93d07a1c56"
INCIDENT: Final = "019a7c11-6d08-7b35-a94f-20e8c51b7d9a"
EVIDENCE: Final = "019a52e7-b819-7d03-8c6a-f5492e01d7b8"

UNIT_CODE: Final = "machine-tools"
SYSTEM: Final = "sap-prd-100"
NUMBER: Final = "0000100042"
COLLEAGUE: Final = "jordan.lee@example.com"
CONTACT: Final = "quality@aalto-precision.example"
ENGAGEMENT_TITLE: Final = "Housings for the pump series"

QUESTION: Final = "tools_under_lock"
OTHER_QUESTION: Final = "contract_assigns_results"
#: Of the questionnaire, the method, and what a score is made of.
QUESTIONNAIRE_HASH: Final = "5f0c1d9a7be24386a1c8f35d20e79b4468ad13c7f92e5b0d64a8c31f7e05d29b"
METHOD_HASH: Final = "d24f83b16a0c9e75f148b3d7209ce6a5831f4d0be97a62c5130d8fb46e297ca8"

CREATED: Final = "2026-10-26T07:30:12.418207Z"
CHANGED: Final = "2026-11-09T14:02:55.730114Z"
SCALE: Final = {"scale": "0-100", "direction": "higher_is_worse"}
