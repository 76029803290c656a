"""The sets of values that the description of the API names (`config.api_names`)."""

from typing import Final, get_args

from django.conf import settings

from assessments.models import Answer, Assessment
from assessments.services.answers import Said
from assessments.sheet import EvidenceLevel
from assessments.workflow import Action
from vendors.models import Evidence, EvidenceFile

#: What the addresses of the API can do to an assessment, of all there is.
STEPS: Final = [
    str(step) for step in (Action.SAVE, Action.SEND, Action.SUBMIT, Action.TAKE_BACK, Action.CANCEL)
]
LANGUAGES: Final = [code for code, _name in settings.LANGUAGES]
#: Who gave an answer or a document.
WHO: Final = ["staff", "vendor", "program", "system"]
ASSESSMENT_STATUS: Final = Assessment.Status.values
ANSWER_STATE: Final = list(get_args(Said))
ANSWER_REVIEW: Final = Answer.Review.values
PROVED_BY: Final = [level.name.lower() for level in EvidenceLevel]
EVIDENCE_KIND: Final = Evidence.Kind.values
CONFIDENTIALITY: Final = Evidence.Confidentiality.values
SCANNED: Final = EvidenceFile.Scan.values
