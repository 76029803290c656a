"""Tables of the record. All but `EventDetail` only ever grow; database triggers hold that."""

from typing import ClassVar

from django.db import models
from django.db.models.expressions import RawSQL

from audit.ids import uuid7


class Event(models.Model):
    """Something that happened. Audit log, outbox and change feed are all this table."""

    # Drawn while the writer holds its aggregate's lock, so it is causal per aggregate.
    position = models.BigAutoField(primary_key=True)
    id = models.UUIDField(unique=True, default=uuid7, editable=False)
    type = models.CharField(max_length=60)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()))
    # The writing transaction: sealing takes only what no running transaction can still precede.
    txid = models.BigIntegerField(db_default=RawSQL("(pg_current_xact_id()::text)::bigint", ()))
    actor_kind = models.CharField(max_length=10)
    actor_id = models.CharField(max_length=64)
    aggregate_type = models.CharField(max_length=30)
    aggregate_id = models.UUIDField()
    unit_id = models.UUIDField(null=True)
    data = models.JSONField()
    detail_digest = models.BinaryField(max_length=32, null=True)
    digest = models.BinaryField(max_length=32)
    # Leads to the lines of the log. Says nothing of what happened, so no digest covers it.
    request_id = models.UUIDField(null=True, editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["txid"], name="event_txid"),
            models.Index(fields=["aggregate_id", "position"], name="event_aggregate"),
            models.Index(fields=["unit_id", "-position"], name="event_unit"),
            models.Index(fields=["type", "-position"], name="event_type"),
            models.Index(fields=["actor_id", "-position"], name="event_actor"),
            models.Index(fields=["recorded_at"], name="event_recorded"),
        ]

    def __str__(self) -> str:
        return f"{self.type} {self.aggregate_id}"


class EventDetail(models.Model):
    """Personal data and free text of an event: may be erased without breaking the chain."""

    event = models.OneToOneField(
        Event, models.PROTECT, primary_key=True, to_field="id", related_name="detail"
    )
    salt = models.BinaryField(max_length=16)
    data = models.JSONField()

    def __str__(self) -> str:
        return f"detail of {self.event_id}"


class Dispatched(models.Model):
    """The tasks of this event have been queued. Written after queueing, never before."""

    event = models.OneToOneField(Event, models.PROTECT, primary_key=True, related_name="dispatched")
    at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()))

    def __str__(self) -> str:
        return f"dispatched {self.event_id}"


class Seal(models.Model):
    """One link of the chain: a keyed hash over the previous seal and its events' digests."""

    id = models.BigAutoField(primary_key=True)
    first_sequence = models.BigIntegerField(unique=True)
    last_sequence = models.BigIntegerField(unique=True)
    horizon = models.BigIntegerField()
    hash = models.BinaryField(max_length=32)
    sealed_at = models.DateTimeField(db_default=RawSQL("clock_timestamp()", ()))

    def __str__(self) -> str:
        return f"seal {self.first_sequence}-{self.last_sequence}"


class SealedEvent(models.Model):
    """An event's place in the one gap-free sequence."""

    sequence = models.BigIntegerField(primary_key=True)
    event = models.OneToOneField(Event, models.PROTECT, related_name="sealed")

    def __str__(self) -> str:
        return f"{self.sequence}"


class Checkpoint(models.Model):
    """How the record stood after a seal, in figures that go outside: signed, and without a key."""

    seal = models.OneToOneField(Seal, models.PROTECT, primary_key=True, related_name="checkpoint")
    # The running sum over all events up to the seal's last one (`chain.running_sum`).
    sum = models.BinaryField(max_length=32)
    at = models.DateTimeField()
    # Ed25519 (`audit.signing`).
    signature = models.BinaryField(max_length=64)

    def __str__(self) -> str:
        return f"checkpoint after seal {self.seal_id}"
