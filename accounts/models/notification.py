"""What people are told in the application, and how they want to be told."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from audit.ids import uuid7


class Channel(models.TextChoices):
    """How one kind of notification reaches a person, besides the list in the application."""

    AT_ONCE = "at_once", _("By e-mail at once")
    DAILY = "daily", _("In the daily digest")
    WEEKLY = "weekly", _("In the weekly digest")
    APP = "app", _("Only here")


class Notification(models.Model):
    """One thing that one person was told."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="notifications")
    # A key of `accounts.notification_kinds`.
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=300)
    text = models.TextField(blank=True)
    # A path of this installation, without its host.
    url = models.CharField(max_length=500, blank=True)
    # Whoever loses this unit sees it no more. None: it concerns no unit in particular.
    unit_id = models.UUIDField(null=True, blank=True)
    about = models.UUIDField(null=True, blank=True)
    # Tells repetitions apart: nobody is told of the same thing twice on one occasion.
    occasion = models.CharField(max_length=64)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    # "daily" or "weekly" while it waits for that digest; "" when it does not.
    waits_for = models.CharField(max_length=10, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "kind", "about", "occasion"],
                nulls_distinct=False,
                name="notification_once",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["user", "-created_at", "-id"], name="notification_newest"),
            models.Index(
                fields=["user", "-created_at", "-id"],
                condition=models.Q(read_at__isnull=True),
                name="notification_unread",
            ),
            models.Index(
                fields=["waits_for", "user"],
                condition=~models.Q(waits_for=""),
                name="notification_waiting",
            ),
            models.Index(fields=["created_at"], name="notification_age"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.title}"


class NotificationChoice(models.Model):
    """How one person wants to be told of one kind, where it is not as that kind comes."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="notification_choices")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "kind"], name="notification_choice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.channel}"


class DigestTime(models.Model):
    """When one person gets their digests, by the clock where they are."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="digest_time")
    hour = models.PositiveSmallIntegerField(_("Hour"), default=7)
    # 0 is Monday.
    weekday = models.PositiveSmallIntegerField(_("Day of the week"), default=0)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(hour__lte=23, weekday__lte=6), name="digest_time_exists"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.weekday} {self.hour}"


class Digest(models.Model):
    """A digest that was put together: one per person, rhythm and day, whoever tries again."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="digests")
    rhythm = models.CharField(max_length=10)
    # The day, where the person is, from whose hour on it was due.
    day = models.DateField()
    count = models.PositiveIntegerField()
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["user", "rhythm", "day"], name="digest_once"),
        ]

    def __str__(self) -> str:
        return f"{self.rhythm} {self.day}"


class CalendarFeed(models.Model):
    """The secret address of a person's calendar. Only a hash of the secret is kept."""

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="calendar_feed"
    )
    hash = models.BinaryField(max_length=32, unique=True)
    made_at = models.DateTimeField()
    last_read_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"calendar of {self.user_id}"
