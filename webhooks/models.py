"""Tables of webhooks: who is told, what is to be sent, and what became of each attempt."""

import json
from typing import Any, ClassVar, Final

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import ApiClient
from audit.ids import uuid7

#: The message that is sent on request, to try an endpoint. It tells of no event.
TEST: Final = "webhook.test"


class Endpoint(models.Model):
    """An address that is told what an API client may hear of."""

    class Disabled(models.TextChoices):
        """Why nothing is sent at present."""

        BY_HAND = "by_hand", _("Switched off by hand")
        FAILING = "failing", _("Nothing could be delivered for too long")
        GONE = "gone", _("The receiver said that it is gone (410)")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Its units and scopes decide what may be told here.
    client = models.ForeignKey(ApiClient, models.PROTECT, related_name="webhook_endpoints")
    url = models.CharField(_("Address"), max_length=500)
    description = models.CharField(_("Description"), max_length=200, blank=True)
    # Empty for all.
    event_types = ArrayField(models.CharField(max_length=60), default=list, blank=True)
    disabled_reason = models.CharField(max_length=10, choices=Disabled, blank=True)
    disabled_at = models.DateTimeField(null=True)
    # The first failure since the last success; null while all goes well.
    failing_since = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-created_at", "-id"], name="webhook_endpoint_newest")
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=Q(disabled_reason="", disabled_at__isnull=True)
                | (~Q(disabled_reason="") & Q(disabled_at__isnull=False)),
                name="webhook_disabled_for_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.url

    @property
    def name(self) -> str:
        """What people call it: its description, or its address."""
        return self.description or self.url

    @property
    def enabled(self) -> bool:
        """Whether it is told what happens."""
        return not self.disabled_reason


class Secret(models.Model):
    """What messages to an endpoint are signed with; several while a receiver changes over."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="secrets")
    # The text beginning with `whsec_`, encrypted.
    sealed = models.BinaryField()
    created_at = models.DateTimeField(db_default=Now())
    # Null for the one that is in force until it is replaced.
    expires_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["endpoint"],
                condition=Q(expires_at__isnull=True),
                name="webhook_one_secret_in_force",
            ),
        ]

    def __str__(self) -> str:
        return f"secret of {self.endpoint_id}"


class Delivery(models.Model):
    """One message to one endpoint. It is sent until it is taken, or given up after a day."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", _("Waiting")
        DELIVERED = "delivered", _("Delivered")
        DEAD = "dead", _("Given up")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    endpoint = models.ForeignKey(Endpoint, models.CASCADE, related_name="deliveries")
    # The `webhook-id`: the same in every attempt, and that of the change in the feed.
    message_id = models.UUIDField(default=uuid7)
    type = models.CharField(_("Type"), max_length=60)
    # Sent as it stands here, byte by byte, since it is what the signature covers.
    body = models.TextField()
    vendor_id = models.UUIDField(null=True)
    unit_id = models.UUIDField(null=True)
    # The request that it goes back to, told in a header and in the log.
    request_id = models.UUIDField(null=True, editable=False)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("Written"), db_default=Now())
    next_attempt_at = models.DateTimeField(_("Next attempt"))
    # Until then one worker has it in hand; one that dies gives it up by the clock.
    claimed_until = models.DateTimeField(null=True)
    # What has not been taken by then is not tried again.
    give_up_at = models.DateTimeField()
    tries = models.PositiveIntegerField(_("Attempts"), default=0)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["endpoint", "next_attempt_at", "id"],
                condition=Q(state="waiting"),
                name="webhook_delivery_waiting",
            ),
            models.Index(
                fields=["endpoint", "claimed_until"],
                condition=Q(claimed_until__isnull=False),
                name="webhook_delivery_in_hand",
            ),
            models.Index(fields=["endpoint", "-created_at", "-id"], name="webhook_delivery_newest"),
            models.Index(fields=["ended_at"], name="webhook_delivery_ended"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["endpoint", "message_id"], name="webhook_message_once_per_endpoint"
            ),
            models.CheckConstraint(
                condition=Q(state="waiting", ended_at__isnull=True)
                | (~Q(state="waiting") & Q(ended_at__isnull=False)),
                name="webhook_delivery_ends_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.message_id}"

    @property
    def payload(self) -> dict[str, Any]:
        """What is sent, read."""
        read: dict[str, Any] = json.loads(self.body)
        return read

    @property
    def is_test(self) -> bool:
        """Whether it was sent to try the endpoint."""
        return self.type == TEST


class Attempt(models.Model):
    """What became of sending a message once. Never changed; forgotten with its message."""

    class Trouble(models.TextChoices):
        """What stood in the way, in words for whoever looks after the receiver."""

        ANSWER = "answer", _("The receiver answered with an error.")
        REDIRECT = "redirect", _("The receiver answered with a redirect, which is not followed.")
        GONE = "gone", _("The receiver said that it is gone (410).")
        TIMEOUT = "timeout", _("The receiver took too long.")
        UNREACHABLE = "unreachable", _("No connection to the receiver.")
        NO_ADDRESS = "no_address", _("The name of the receiver leads to no address.")
        FORBIDDEN = "forbidden", _("The receiver is in a network that nothing is sent to.")
        NOT_HTTPS = "not_https", _("The address does not begin with https://.")
        CERTIFICATE = "certificate", _("The receiver's certificate could not be verified.")
        NOT_HTTP = "not_http", _("What the receiver answered is not HTTP.")
        NOT_ALLOWED = "not_allowed", _("The API client may not hear of this any more.")
        UNREADABLE = "unreadable", _("The secret cannot be read: SECRET_KEY has changed.")
        BROKEN = "broken", _("Something went wrong here.")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(Delivery, models.CASCADE, related_name="attempts")
    number = models.PositiveIntegerField()
    at = models.DateTimeField()
    latency_ms = models.PositiveIntegerField(_("Milliseconds"))
    # The address that was connected to; empty where none was.
    address = models.CharField(max_length=60, blank=True)
    status_code = models.PositiveSmallIntegerField(null=True)
    # The beginning of what was answered, at most 2,000 characters, without control characters.
    response = models.TextField(blank=True)
    trouble = models.CharField(max_length=12, choices=Trouble, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["delivery", "number"], name="webhook_attempt_once"),
        ]

    def __str__(self) -> str:
        return f"attempt {self.number} of {self.delivery_id}"

    @property
    def error(self) -> str | Promise:
        """What stood in the way, in words; empty where nothing did."""
        return self.Trouble(self.trouble).label if self.trouble else ""


class FannedOut(models.Model):
    """How far the sealed record has been turned into messages. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    sequence = models.BigIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(condition=Q(id=1), name="webhook_one_watermark")
        ]

    def __str__(self) -> str:
        return f"fanned out up to {self.sequence}"
