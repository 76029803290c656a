"""The monitoring plan: what is watched for an engagement, how often, and what was found."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.incident import Incident


class MonitoringItem(models.Model):
    """One thing that is watched, again and again."""

    class Watched(models.TextChoices):
        MARKET_PLACES = "market_places", _("Market places")
        DOMAINS = "domains", _("Domain names")
        GAZETTES = "gazettes", _("Trade-mark gazettes")
        CUSTOMS = "customs", _("Customs recordation")
        APP_STORES = "app_stores", _("App stores")
        CODE_HOSTING = "code_hosting", _("Code hosting")
        SOCIAL_MEDIA = "social_media", _("Social media")
        TEST_PURCHASES = "test_purchases", _("Test purchases")
        OTHER = "other", _("Something else")

    class Every(models.TextChoices):
        WEEK = "week", _("Every week")
        MONTH = "month", _("Every month")
        QUARTER = "quarter", _("Every quarter")
        HALF_YEAR = "half_year", _("Every half year")
        YEAR = "year", _("Every year")

    class Importance(models.IntegerChoices):
        USUAL = 1, _("Usual")
        IMPORTANT = 2, _("Important")
        ESSENTIAL = 3, _("Essential")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="monitoring")
    watched = models.CharField(_("What is watched"), max_length=20, choices=Watched)
    scope = models.CharField(_("Where, and for what"), max_length=300)
    every = models.CharField(_("How often"), max_length=10, choices=Every)
    importance = models.PositiveSmallIntegerField(
        _("Importance"), choices=Importance, default=Importance.USUAL
    )
    by_whom = models.CharField(_("By whom"), max_length=120, blank=True)
    since = models.DateField(_("Since"))
    active = models.BooleanField(_("Active"), default=True)
    # These follow from the checks, and are kept so that lists can be sorted by them.
    last_done_on = models.DateField(null=True, blank=True)
    due_on = models.DateField()
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["engagement", "due_on"], name="monitoring_engagement"),
            models.Index(
                fields=["due_on", "id"], condition=models.Q(active=True), name="monitoring_due"
            ),
        ]

    def __str__(self) -> str:
        return self.scope


class MonitoringCheck(models.Model):
    """Somebody has looked."""

    class Finding(models.TextChoices):
        NOTHING = "nothing", _("Nothing found")
        SUSPICIOUS = "suspicious", _("Something suspicious")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    item = models.ForeignKey(MonitoringItem, models.PROTECT, related_name="checks")
    done_on = models.DateField(_("Done on"))
    finding = models.CharField(_("Found"), max_length=10, choices=Finding)
    note = models.TextField(_("Note"), blank=True)
    link = models.URLField(_("Link"), max_length=500, blank=True)
    done_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    done_by_label = models.CharField(max_length=120, blank=True)
    # What became of something suspicious: an incident, or a reason why there was nothing in it.
    incident = models.ForeignKey(
        Incident, models.SET_NULL, null=True, blank=True, related_name="found_by"
    )
    settled = models.TextField(blank=True)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["item", "-done_on", "-id"], name="monitoring_checks"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.done_on}"
