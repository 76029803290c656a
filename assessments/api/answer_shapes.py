"""Answers and what proves them, as programs send and read them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api_answers import Moment
from accounts.api_bodies import Choice, Day, Text, Upload, Whole
from assessments.api import enums
from assessments.api.questionnaires import QUESTION_KIND, RESPONDENT
from assessments.models import AnswerEvidence
from assessments.services.answers import MAX_NOTE
from vendors.models import Evidence
from vendors.selectors.evidence import files_of, proves


@extend_schema_field(
    {
        "oneOf": [
            {"type": "string"},
            {"type": "number"},
            {"type": "boolean"},
            {"type": "array", "items": {"type": "string"}},
        ]
    }
)
class AnswerValue(serializers.JSONField):
    """What is said: an option key, a list of them, a number, a day as YYYY-MM-DD, or a text."""

    def to_internal_value(self, data: Any) -> Any:
        """Whether it answers the question is said by the service."""
        listed = isinstance(data, list) and all(isinstance(one, str) for one in data)
        if not listed and not isinstance(data, str | int | float):
            raise serializers.ValidationError("Give a text, a number, true, false or a list.")
        return data


class CountedAnswer(serializers.Serializer[Any]):
    """What counts instead of what was said, since a reviewer says otherwise."""

    state = serializers.ChoiceField(choices=enums.ANSWER_STATE)
    value = AnswerValue()
    reason = serializers.CharField()


class AnswerOut(serializers.Serializer[Any]):
    """A question of the assessment with its answer; what was not said is blank."""

    key = serializers.CharField()
    section = serializers.CharField()
    kind = serializers.ChoiceField(choices=QUESTION_KIND)
    text = serializers.CharField(help_text="The question, in English.")
    respondent = serializers.ChoiceField(choices=RESPONDENT)
    mandatory = serializers.BooleanField()
    asked = serializers.BooleanField(help_text="False while the question before it closes it.")
    changeable = serializers.BooleanField(help_text="Whether it may be answered now.")
    state = serializers.ChoiceField(choices=enums.ANSWER_STATE)
    value = AnswerValue(allow_null=True)
    note = serializers.CharField()
    version = serializers.IntegerField(help_text="0 while nothing was said.")
    answered_at = Moment(allow_null=True)
    answered_by = serializers.ChoiceField(
        choices=enums.WHO,
        allow_null=True,
        help_text="program: a client of the API; system: Surety, such as from a certificate.",
    )
    counts = CountedAnswer(allow_null=True)
    review = serializers.ChoiceField(choices=enums.ANSWER_REVIEW)
    query = serializers.CharField(help_text="What the reviewer asks about it.")
    evidence = serializers.IntegerField(help_text="Documents beside it that were not withdrawn.")
    proved_by = serializers.ChoiceField(choices=enums.PROVED_BY)
    proved_until = serializers.DateField(allow_null=True)


class AnswersOut(serializers.Serializer[Any]):
    """All questions of an assessment, in their order."""

    assessment_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=enums.ASSESSMENT_STATUS)
    questionnaire_hash = serializers.CharField()
    answered = serializers.IntegerField()
    applicable = serializers.IntegerField()
    missing = serializers.ListField(
        child=serializers.CharField(), help_text="What must be answered before submitting."
    )
    items = AnswerOut(many=True)


class AnswerIn(serializers.Serializer[Any]):
    """What is said to one question."""

    value = AnswerValue(required=False, allow_null=True, help_text="Goes with `answered` only.")
    state = Choice(
        choices=enums.ANSWER_STATE,
        required=False,
        default="answered",
        help_text="not_applicable needs the reason as its note; a reviewer has to agree.",
    )
    note = Text(
        required=False, allow_blank=True, default="", max_length=MAX_NOTE, trim_whitespace=False
    )
    version = Whole(
        required=False,
        min_value=0,
        help_text="That was read. Where another stands, nothing is written. Left out: replaced.",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A value where there must be one, and none where it would be lost."""
        given = attrs.get("value") is not None
        if attrs["state"] == "answered" and not given:
            raise serializers.ValidationError({"value": ["Give a value, or another state."]})
        if attrs["state"] != "answered" and given:
            raise serializers.ValidationError({"value": ["A value goes with `answered` only."]})
        return attrs


class AnswersIn(serializers.Serializer[Any]):
    """Answers to some questions; the others stay as they are."""

    answers = serializers.DictField(
        child=AnswerIn(), allow_empty=False, help_text="Question key -> what is said to it."
    )


class EvidenceFileOut(serializers.Serializer[Any]):
    """One version of a document."""

    id = serializers.UUIDField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField(help_text="Bytes.")
    sha256 = serializers.CharField()
    scan = serializers.ChoiceField(choices=enums.SCANNED)
    uploaded_at = Moment()


class DocumentOut(serializers.Serializer[Any]):
    """A document of the vendor."""

    title = serializers.CharField()
    kind = serializers.ChoiceField(choices=enums.EVIDENCE_KIND)
    issued_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True, help_text="The last day it proves a thing.")
    withdrawn_at = Moment(allow_null=True)
    proves = serializers.SerializerMethodField(help_text="Neither withdrawn nor run out.")
    files = serializers.SerializerMethodField()

    def get_proves(self, row: Evidence) -> bool:
        """Whether it counts today."""
        return proves(row)

    @extend_schema_field(EvidenceFileOut(many=True))
    def get_files(self, row: Evidence) -> Any:
        """The newest first."""
        return EvidenceFileOut(files_of(row), many=True).data


class PlacedEvidenceOut(serializers.Serializer[Any]):
    """A document beside an answer."""

    id = serializers.UUIDField(help_text="Of the place; a document can stand beside many answers.")
    question = serializers.CharField(source="question_key")
    evidence_id = serializers.UUIDField()
    confidentiality = serializers.ChoiceField(
        choices=enums.CONFIDENTIALITY, source="evidence.confidentiality"
    )
    added_at = Moment()
    added_by = serializers.SerializerMethodField(help_text="program: a client, or Surety itself.")
    document = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=enums.WHO))
    def get_added_by(self, row: AnswerEvidence) -> str:
        """Who put it there."""
        if row.added_by_contact_id:
            return "vendor"
        return "staff" if row.added_by_id else "program"

    @extend_schema_field(DocumentOut(allow_null=True))
    def get_document(self, row: Any) -> dict[str, Any] | None:
        """Null where it is strictly confidential and not for this client."""
        return dict(DocumentOut(row.evidence).data) if row.open_to else None


class PlacedEvidencePage(serializers.Serializer[Any]):
    """A page of documents beside answers."""

    items = PlacedEvidenceOut(many=True)
    next = serializers.CharField(allow_null=True)


class EvidenceIn(serializers.Serializer[Any]):
    """A file, what it is, and beside which answer it goes."""

    question = Text(max_length=80, help_text="Key of the question.")
    file = Upload(allow_empty_file=True)
    title = Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=200,
        help_text="Left out: the name of the file.",
    )
    kind = Choice(choices=enums.EVIDENCE_KIND, required=False, default=Evidence.Kind.OTHER.value)
    confidentiality = Choice(
        choices=enums.CONFIDENTIALITY,
        required=False,
        default=Evidence.Confidentiality.CONFIDENTIAL.value,
    )
    issued_on = Day(required=False, allow_null=True, default=None)
    expires_on = Day(required=False, allow_null=True, default=None)
