"""Screening: which vendors were compared with which lists, what was found, what was decided."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.expressions import RawSQL
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7
from vendors.models.owner import Owner
from vendors.models.vendor import Vendor
from vendors.models.watch_list import ListEntry, ListVersion, WatchList


class ScreeningRun(models.Model):
    """All vendors compared with what a version of a list brought; how far that has come."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("Waiting")
        RUNNING = "running", _("Running")
        # Somebody held it; the vendors that are left are not compared until it goes on.
        PAUSED = "paused", _("Paused")
        DONE = "done", _("Done")

    #: What workers take up.
    OPEN: ClassVar = (Status.WAITING, Status.RUNNING)

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    list_version = models.OneToOneField(ListVersion, models.PROTECT, related_name="run")
    status = models.CharField(max_length=10, choices=Status, default=Status.WAITING)
    total = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    # The last vendor that was compared.
    cursor = models.UUIDField(null=True)
    found = models.PositiveIntegerField(default=0)
    closed = models.PositiveIntegerField(default=0)
    touched_at = models.DateTimeField(db_default=Now())
    # Later by the time that it was held.
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["touched_at"],
                condition=~models.Q(status="done"),
                name="screening_run_open",
            )
        ]

    def __str__(self) -> str:
        return f"{self.list_version_id} {self.status}"


class ScreeningDue(models.Model):
    """A vendor that has changed and is not compared yet: the list that no lost queue can lose.

    Rows are written by database triggers in the transaction of the change, and removed in the
    transaction that has compared the vendor.
    """

    vendor_id = models.UUIDField()
    # From when on the sweep may take it; until then the task of the event is expected to.
    due_at = models.DateTimeField(db_default=RawSQL("clock_timestamp() + interval '5 seconds'", ()))

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["vendor_id"], name="screening_due_vendor"),
            models.Index(fields=["due_at"], name="screening_due_at"),
        ]

    def __str__(self) -> str:
        return str(self.vendor_id)


class Screening(models.Model):
    """One vendor, with its aliases and owners, compared with all lists as they then stood."""

    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="screenings")
    at = models.DateTimeField(db_default=Now())
    # Versions of lists (ListVersion).
    versions = ArrayField(models.UUIDField())
    names = models.PositiveIntegerField()
    candidates = models.PositiveIntegerField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["vendor", "-id"], name="screening_vendor")]

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.at}"


class Match(models.Model):
    """A vendor, or one of its owners, that may be somebody listed. A person decides."""

    class Side(models.TextChoices):
        VENDOR = "vendor", _("Name of the vendor")
        ALIAS = "alias", _("Another name of the vendor")
        OWNER = "owner", _("Owner of the vendor")

    class Status(models.TextChoices):
        OPEN = "open", _("To be decided")
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Dismissed")
        # Nothing to decide any more: no longer listed, or no longer alike.
        CLOSED = "closed", _("Closed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    vendor = models.ForeignKey(Vendor, models.PROTECT, related_name="matches")
    owner = models.ForeignKey(Owner, models.PROTECT, null=True, related_name="matches")
    watch_list = models.ForeignKey(WatchList, models.PROTECT, related_name="matches")
    ref = models.CharField(max_length=80)
    # What the list said when it was last compared.
    entry = models.ForeignKey(ListEntry, models.PROTECT, related_name="matches")
    side = models.CharField(max_length=10, choices=Side)
    # The two names that were most alike.
    our_name = models.CharField(max_length=400)
    listed_name = models.CharField(max_length=400)
    # 1/10,000
    score = models.PositiveIntegerField()
    why = models.JSONField(default=dict)
    # Both sides as they were compared; a decision holds until it changes.
    digest = models.BinaryField(max_length=32)
    status = models.CharField(max_length=10, choices=Status, default=Status.OPEN)
    # The entry has gone from the list since.
    delisted = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["vendor", "watch_list", "ref"],
                condition=models.Q(owner__isnull=True),
                name="match_of_vendor_once",
            ),
            models.UniqueConstraint(
                fields=["vendor", "owner", "watch_list", "ref"], name="match_of_owner_once"
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["status", "-score", "id"], name="match_queue"),
            models.Index(fields=["watch_list", "ref"], name="match_listed"),
        ]

    def __str__(self) -> str:
        return f"{self.our_name} / {self.listed_name}"


class MatchStep(models.Model):
    """Something that happened to a match, with what was known then. Never changed."""

    class Action(models.TextChoices):
        FOUND = "found", _("Found")
        CHANGED = "changed", _("Compared again")
        REOPENED = "reopened", _("Opened again")
        CONFIRMED = "confirmed", _("Confirmed")
        DISMISSED = "dismissed", _("Dismissed")
        CLOSED = "closed", _("Closed")
        DELISTED = "delisted", _("No longer listed")

    match = models.ForeignKey(Match, models.PROTECT, related_name="steps")
    action = models.CharField(max_length=10, choices=Action)
    at = models.DateTimeField(db_default=Now())
    # Nobody where Surety did it.
    user = models.ForeignKey(User, models.PROTECT, null=True)
    # Why, in the words of the one who decided; or a code of ours (`vendors.screening_words`).
    reason = models.TextField(blank=True)
    entry = models.ForeignKey(ListEntry, models.PROTECT, related_name="steps")
    list_version = models.ForeignKey(ListVersion, models.PROTECT, null=True, related_name="steps")
    score = models.PositiveIntegerField()
    why = models.JSONField(default=dict)
    digest = models.BinaryField(max_length=32)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["match", "-id"], name="match_steps")]

    def __str__(self) -> str:
        return f"{self.match_id} {self.action}"
