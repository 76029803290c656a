"""Questionnaires by their hash: what a program needs to know to answer one."""

from typing import Any, Final

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api_answers import IF_NONE_MATCH, NOT_FOUND, PROBLEMS, text_of
from accounts.permissions import Permission
from assessments import schema
from assessments.api.versions import LIST, VERSION_STATUS, VersionLine, one_of, page_of
from assessments.models import Questionnaire
from assessments.selectors.assessments import schema_of_version
from assessments.selectors.questionnaires import frozen
from vendors.intake import IpKind, Service
from vendors.models import Engagement

QUESTION_KIND: Final = [str(kind) for kind in schema.Kind]
RESPONDENT: Final = [str(one) for one in schema.Respondent]
SERVICE: Final = [str(one) for one in Service]
#: Answering needs the questions, and so does whoever reads what a score is made of.
_MAY_READ: Final = frozenset({Permission.VIEW, Permission.READ_SCORES, Permission.ANSWER})


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": {"type": "string"},
        "required": ["en"],
        "example": {"en": "Yes", "de": "Ja"},
        "description": "A text by language; English is always there.",
    }
)
class Words(serializers.Field[Any, Any, dict[str, str], Any]):
    """A text in each of its languages."""

    def to_representation(self, value: schema.Text) -> dict[str, str]:
        """By language."""
        return dict(value.root)


class AppliesOut(serializers.Serializer[schema.Applies]):
    """Which engagements are asked; an empty list stands for all of that sort."""

    ip_kinds = serializers.ListField(child=serializers.ChoiceField([str(one) for one in IpKind]))
    services = serializers.ListField(child=serializers.ChoiceField(SERVICE))
    tiers = serializers.ListField(child=serializers.ChoiceField(choices=Engagement.Tier.choices))


class ChoiceOut(serializers.Serializer[schema.Option]):
    """An answer that can be chosen."""

    key = serializers.CharField(help_text="What is sent as the answer.")
    exclusive = serializers.BooleanField(help_text="Excludes all others of a multiple choice.")

    def get_fields(self) -> dict[str, Any]:
        """With `label`, a name that a serializer has another use for."""
        return {**super().get_fields(), "label": Words()}


class NumberRule(serializers.Serializer[schema.Curve]):
    """Which numbers are taken."""

    minimum = serializers.FloatField(allow_null=True)
    maximum = serializers.FloatField(allow_null=True)
    whole = serializers.BooleanField()
    unit = Words(allow_null=True)


class AskedWhen(serializers.Serializer[Any]):
    """The answers to another question that open this one."""

    question = serializers.CharField()
    any_of = serializers.ListField(child=serializers.CharField())


class QuestionOut(serializers.Serializer[Any]):
    """A question, as far as answering it goes."""

    key = serializers.CharField()
    kind = serializers.ChoiceField(
        choices=QUESTION_KIND,
        help_text="single and yes_no take one key of `choices`, multiple a list of them, number a "
        "number, date a day as YYYY-MM-DD, text a text.",
    )
    text = Words()
    why = Words(help_text="Why it is asked.")
    good_evidence = Words(help_text="What proves an answer well.")
    help = Words(allow_null=True)
    respondent = serializers.ChoiceField(choices=RESPONDENT)
    mandatory = serializers.BooleanField()
    evidence_expected = serializers.BooleanField()
    allow_not_applicable = serializers.BooleanField()
    min_tier = serializers.ChoiceField(choices=Engagement.Tier.choices)
    applies = AppliesOut()
    choices = ChoiceOut(many=True, help_text="Empty where nothing is chosen from.")
    number = NumberRule(source="curve", allow_null=True)
    past_only = serializers.SerializerMethodField(help_text="A date that has not come is refused.")
    max_length = serializers.SerializerMethodField(help_text="Of a text; null for other kinds.")
    asked_when = serializers.SerializerMethodField()

    def get_past_only(self, row: schema.Question) -> bool:
        """Whether a date must lie in the past."""
        return row.date is not None and row.date.past_only

    def get_max_length(self, row: schema.Question) -> int | None:
        """How long a text may be."""
        return row.max_length if row.kind is schema.Kind.TEXT else None

    @extend_schema_field(AskedWhen(allow_null=True))
    def get_asked_when(self, row: schema.Question) -> dict[str, Any] | None:
        """What opens it; null: nothing has to."""
        gate = self.context["gates"].get(row.key)
        return None if gate is None else dict(AskedWhen(gate).data)


class SectionOut(serializers.Serializer[Any]):
    """Questions of one dimension, a question before those that it opens."""

    key = serializers.CharField()
    title = Words()
    intro = Words()
    dimension = serializers.ChoiceField(choices=[str(one) for one in schema.Dimension])
    reviewer = serializers.CharField()
    applies = AppliesOut()
    questions = serializers.SerializerMethodField()

    @extend_schema_field(QuestionOut(many=True))
    def get_questions(self, row: schema.Section) -> Any:
        """All questions of the section, in the order of the file."""
        asked = [item.question for item in self.context["items"] if item.section == row.key]
        return QuestionOut(asked, many=True, context=self.context).data


class QuestionnaireLine(VersionLine[Questionnaire]):
    """A version of a questionnaire. What a hash names never changes."""

    status = serializers.ChoiceField(
        choices=VERSION_STATUS, help_text="New assessments are opened with published ones only."
    )

    class Meta(VersionLine.Meta):
        model = Questionnaire


class QuestionnaireOut(QuestionnaireLine):
    """A version of a questionnaire with its questions."""

    languages = serializers.SerializerMethodField()
    sections = serializers.SerializerMethodField()

    class Meta(QuestionnaireLine.Meta):
        fields = (*QuestionnaireLine.Meta.fields, "languages", "sections")

    def get_languages(self, row: Questionnaire) -> list[str]:
        """The languages in which at least some texts are there."""
        return list(schema_of_version(row).languages)

    @extend_schema_field(SectionOut(many=True))
    def get_sections(self, row: Questionnaire) -> Any:
        """The sections in the order of the file."""
        parsed = schema_of_version(row)
        gates = {
            child.key: {"question": item.key, "any_of": item.question.gate.opens_on}
            for item in parsed.items
            if item.question.gate
            for child in item.question.children
        }
        context = {"items": parsed.items, "gates": gates}
        return SectionOut(list(parsed.sections), many=True, context=context).data


class QuestionnairePage(serializers.Serializer[Any]):
    """A page of versions, in the order in which they were begun."""

    items = QuestionnaireLine(many=True)
    next = serializers.CharField(allow_null=True)


class QuestionnairesView(APIView):
    """Questionnaires, one set for all business units."""

    required_permission = _MAY_READ

    @extend_schema(
        operation_id="list_questionnaires",
        parameters=[
            OpenApiParameter("key", str, description="The versions of this questionnaire."),
            *LIST,
        ],
        responses={200: QuestionnairePage, 304: None, **PROBLEMS},
    )
    def get(self, request: Request) -> Any:
        """List questionnaires"""
        rows = frozen().defer("content")
        if key := text_of(request, "key"):
            rows = rows.filter(key=key)
        return page_of(request, rows, lambda row: QuestionnaireLine(row).data)


class QuestionnaireView(APIView):
    """One version of a questionnaire."""

    required_permission = _MAY_READ

    @extend_schema(
        operation_id="get_questionnaire",
        parameters=[IF_NONE_MATCH],
        responses={200: QuestionnaireOut, 304: None, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, content_hash: str) -> Any:
        """Get a questionnaire with its questions"""
        row = get_object_or_404(frozen().defer("content"), content_hash=content_hash)
        return one_of(request, row, lambda row: QuestionnaireOut(row).data)
