"""Assessments as programs send and read them."""

from collections.abc import Collection
from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api_answers import Moment
from accounts.api_bodies import Choice, Day, Email, Flag, Id, Text
from assessments import workflow
from assessments.api import enums
from assessments.models import Assessment, Questionnaire
from assessments.selectors.assessments import is_overdue
from assessments.services.invitations import MOST_AT_ONCE
from assessments.services.locking import roles_of
from vendors.models import Engagement


class AskedBy(serializers.ModelSerializer[Questionnaire]):
    """The version of a questionnaire that is asked."""

    class Meta:
        model = Questionnaire
        fields = ("key", "version", "title", "content_hash")


class AssessmentLinks(serializers.Serializer[Any]):
    """Where to read and do more."""

    questionnaire = serializers.CharField()
    answers = serializers.CharField()
    evidence = serializers.CharField()
    what_if = serializers.CharField()
    vendor = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """With `self`, a name that cannot be declared."""
        return {"self": serializers.CharField(), **super().get_fields()}


class AssessmentOut(serializers.Serializer[Assessment]):
    """A questionnaire put to a vendor for one engagement."""

    id = serializers.UUIDField()
    vendor_id = serializers.UUIDField()
    engagement_id = serializers.UUIDField()
    unit = serializers.CharField(source="unit.code", help_text="Code of the business unit.")
    status = serializers.ChoiceField(choices=enums.ASSESSMENT_STATUS)
    status_reason = serializers.CharField(help_text="Why it was sent back, cancelled and so on.")
    tier = serializers.ChoiceField(choices=Engagement.Tier.choices)
    questionnaire = AskedBy()
    answered = serializers.IntegerField(help_text="Of the questions asked now, those answered.")
    applicable = serializers.IntegerField(help_text="Questions asked now.")
    due_on = serializers.DateField(allow_null=True)
    overdue = serializers.SerializerMethodField()
    assigned_to = serializers.EmailField(
        source="assigned_to.email",
        default=None,
        allow_null=True,
        help_text="Who fills it in inside the house.",
    )
    opened_at = Moment()
    submitted_at = Moment(allow_null=True)
    signed_off_at = Moment(allow_null=True)
    changed_at = Moment(help_text="When its last event was recorded.")
    supersedes_id = serializers.UUIDField(
        allow_null=True, help_text="The signed-off assessment whose place it has taken."
    )
    steps = serializers.SerializerMethodField(help_text="What this client may do to it now.")
    links = serializers.SerializerMethodField()

    def get_overdue(self, row: Assessment) -> bool:
        """Past its due date and still with those who fill it in."""
        return is_overdue(row)

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(choices=enums.STEPS)))
    def get_steps(self, row: Assessment) -> Collection[str]:
        """In the order of the life of an assessment."""
        roles = roles_of(self.context["by"], row.unit_id)
        possible = workflow.allowed_actions(row.status, roles)
        return [step for step in enums.STEPS if step in possible]

    @extend_schema_field(AssessmentLinks)
    def get_links(self, row: Assessment) -> dict[str, str]:
        """Addresses below this installation."""
        one = reverse("api:assessment", args=[row.pk])
        return {
            "self": one,
            "questionnaire": reverse("api:questionnaire", args=[row.questionnaire.content_hash]),
            "answers": f"{one}/answers",
            "evidence": f"{one}/evidence",
            "what_if": f"{one}/what-if",
            "vendor": reverse("api:vendor", args=[row.vendor_id]),
        }


class AssessmentPage(serializers.Serializer[Any]):
    """A page of assessments; `next` is the cursor of the page after it, null on the last one."""

    items = AssessmentOut(many=True)
    next = serializers.CharField(allow_null=True)


class AskIn(serializers.Serializer[Any]):
    """Whom to ask at the vendor, and how."""

    contacts = serializers.ListField(
        child=Email(),
        max_length=MOST_AT_ONCE,
        help_text="Addresses of contacts on record. Each gets a letter with a link of their own.",
    )
    due_on = Day(required=False, allow_null=True, default=None)
    message = Text(
        required=False, allow_blank=True, default="", max_length=4_000, help_text="For the letter."
    )
    language = Choice(
        choices=enums.LANGUAGES,
        required=False,
        allow_blank=True,
        default="",
        help_text="Of the letter and the pages; left out: that of each contact.",
    )


class OpenIn(AskIn):
    """What to open, for whom, until when."""

    engagement_id = Id()
    questionnaire = Text(
        required=False,
        allow_blank=True,
        default="",
        max_length=64,
        help_text=(
            "Key of a questionnaire, for its newest published version, or the hash of one "
            "version. Left out: what the engagement, its business unit or its tier was last "
            "assessed with, as the page proposes it."
        ),
    )
    light = Flag(required=False, default=False, help_text="Ask as little as at the lowest tier.")
    assigned_to = Email(
        required=False,
        allow_null=True,
        default=None,
        help_text="Address of the person inside the house who fills it in.",
    )
    due_on = Day(required=False, allow_null=True, help_text="Left out: in 30 days. Null: no day.")
    contacts = serializers.ListField(
        child=Email(),
        max_length=MOST_AT_ONCE,
        required=False,
        default=list,
        help_text="Contacts of the vendor who are asked at once. Left out: it stays a draft.",
    )


class PlanIn(serializers.Serializer[Any]):
    """Who fills it in, and until when. What is left out stays."""

    due_on = Day(required=False, allow_null=True)
    assigned_to = Email(required=False, allow_null=True)


class ReasonIn(serializers.Serializer[Any]):
    """Why."""

    reason = Text(max_length=2_000)
