"""The shapes of webhook endpoints, messages and attempts in JSON."""

from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from accounts.api_answers import Moment
from accounts.api_bodies import Flag, Instant, Text, Whole
from webhooks.models import Attempt, Delivery, Endpoint
from webhooks.selectors import told_types

#: Sets of values that the description of the API names (settings, `ENUM_NAME_OVERRIDES`).
DELIVERY_STATE: Final = Delivery.State.values
DISABLED_REASON: Final = Endpoint.Disabled.values
TROUBLE: Final = Attempt.Trouble.values


class EndpointIn(serializers.Serializer[Any]):
    """Where messages go, and about what."""

    url = Text(max_length=500, help_text="https, to an address that is reachable from outside.")
    description = Text(max_length=200, required=False, allow_blank=True)
    event_types = serializers.ListField(
        child=Text(max_length=60),
        required=False,
        max_length=200,
        help_text="Such as score.changed; an empty list stands for all, also those to come.",
    )


class EndpointPatch(EndpointIn):
    """What is left out stays as it is."""

    url = Text(max_length=500, required=False)
    enabled = Flag(
        required=False, help_text="false: nothing is sent. true: messages are sent again."
    )


class EndpointOut(serializers.ModelSerializer[Endpoint]):
    """An endpoint. Its secret is shown where it is made, and nowhere else."""

    event_types = serializers.ListField(
        child=serializers.CharField(), help_text="Those chosen; empty for all."
    )
    told_types = serializers.SerializerMethodField(
        help_text="Of these, what the scopes of the client allow it to be told."
    )
    enabled = serializers.BooleanField()
    disabled_reason = serializers.ChoiceField(choices=DISABLED_REASON, allow_blank=True)
    disabled_at = Moment(allow_null=True)
    failing_since = Instant(
        allow_null=True, help_text="The first failure since the last success; null: none."
    )
    created_at = Moment()

    class Meta:
        model = Endpoint
        fields: tuple[str, ...] = (
            "id",
            "url",
            "description",
            "event_types",
            "told_types",
            "enabled",
            "disabled_reason",
            "disabled_at",
            "failing_since",
            "created_at",
        )

    def get_told_types(self, row: Endpoint) -> list[str]:
        """By name, in order."""
        return told_types(row)


class EndpointCreated(EndpointOut):
    """A new endpoint with its secret, which is shown this once."""

    secret = serializers.CharField(help_text="whsec_…: keep it; signatures are verified with it.")

    class Meta(EndpointOut.Meta):
        fields = (*EndpointOut.Meta.fields, "secret")


class EndpointPage(serializers.Serializer[Any]):
    """A page of endpoints, the newest first."""

    items = EndpointOut(many=True)
    next = serializers.CharField(allow_null=True)


class RotationIn(serializers.Serializer[Any]):
    """How long the secret before goes on signing beside the new one."""

    overlap_hours = Whole(min_value=0, max_value=720, required=False, default=24)


class NewSecretOut(serializers.Serializer[Any]):
    """The new secret, which is shown this once."""

    secret = serializers.CharField(help_text="whsec_…")
    old_expires_at = Moment(help_text="Until then messages carry a signature by the old one too.")


class DeliveryOut(serializers.ModelSerializer[Delivery]):
    """One message to one endpoint."""

    message_id = serializers.UUIDField(
        help_text="webhook-id: the same in every attempt, and the id of the change in the feed."
    )
    state = serializers.ChoiceField(
        choices=DELIVERY_STATE, help_text="dead: given up; it can be sent once more."
    )
    attempts = serializers.IntegerField(source="tries")
    created_at = Moment()
    next_attempt_at = serializers.SerializerMethodField()
    ended_at = Moment(allow_null=True, help_text="When it was delivered or given up.")

    class Meta:
        model = Delivery
        fields: tuple[str, ...] = (
            "id",
            "message_id",
            "type",
            "state",
            "vendor_id",
            "attempts",
            "created_at",
            "next_attempt_at",
            "ended_at",
        )

    @extend_schema_field(Moment(allow_null=True))
    def get_next_attempt_at(self, row: Delivery) -> Any:
        """When it is tried again; null where it is not waiting."""
        waits = row.state == Delivery.State.WAITING
        return Moment().to_representation(row.next_attempt_at if waits else None)


class LastAttempt(serializers.Serializer[Any]):
    """What became of the last attempt."""

    at = Moment(source="last_attempt_at")
    status_code = serializers.IntegerField(source="last_status_code", allow_null=True)
    latency_ms = serializers.IntegerField(source="last_latency_ms")
    trouble = serializers.ChoiceField(choices=TROUBLE, allow_blank=True, source="last_trouble")


class DeliveryLine(DeliveryOut):
    """A message with what became of the last attempt."""

    last_attempt = serializers.SerializerMethodField()

    class Meta(DeliveryOut.Meta):
        fields = (*DeliveryOut.Meta.fields, "last_attempt")

    @extend_schema_field(LastAttempt(allow_null=True))
    def get_last_attempt(self, row: Any) -> dict[str, Any] | None:
        """Null before the first one."""
        return None if row.last_attempt_at is None else dict(LastAttempt(row).data)


class DeliveryPage(serializers.Serializer[Any]):
    """A page of messages, the newest first."""

    items = DeliveryLine(many=True)
    next = serializers.CharField(allow_null=True)


class AttemptOut(serializers.ModelSerializer[Attempt]):
    """One attempt at sending a message."""

    at = Moment()
    status_code = serializers.IntegerField(allow_null=True, help_text="Null: no answer came.")
    trouble = serializers.ChoiceField(
        choices=TROUBLE, allow_blank=True, help_text="What stood in the way; empty: nothing did."
    )
    error = serializers.CharField(help_text="The same in a sentence.")
    response = serializers.CharField(help_text="The beginning of the answer, 2,000 characters.")

    class Meta:
        model = Attempt
        fields = (
            "number",
            "at",
            "latency_ms",
            "address",
            "status_code",
            "trouble",
            "error",
            "response",
        )


class WholeDelivery(DeliveryOut):
    """A message with what is sent and all attempts."""

    payload = serializers.DictField(help_text="What is sent, byte by byte, as JSON reads it.")
    all_attempts = serializers.SerializerMethodField(help_text="The newest first.")

    class Meta(DeliveryOut.Meta):
        fields = (*DeliveryOut.Meta.fields, "payload", "all_attempts")

    @extend_schema_field(AttemptOut(many=True))
    def get_all_attempts(self, row: Delivery) -> Any:
        """What became of each."""
        return AttemptOut(row.attempts.order_by("-number"), many=True).data


class RedeliverIn(serializers.Serializer[Any]):
    """Which messages are sent once more."""

    since = Instant(help_text="All that were given up at this moment or later.")


class RedeliverOut(serializers.Serializer[Any]):
    """How many messages are sent once more."""

    count = serializers.IntegerField()
    more = serializers.BooleanField(help_text="There are more: ask again for the next of them.")
