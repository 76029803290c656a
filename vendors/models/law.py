"""Countries, and what is on record about their law: dated, and only ever added to."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7


class Country(models.Model):
    """A country, a customs territory, or an organisation that is a member of treaties.

    One table for all business units. Rows follow the list that comes with the product.
    """

    class Kind(models.TextChoices):
        STATE = "state", _("State")
        CUSTOMS_TERRITORY = "customs_territory", _("Customs territory")
        ORGANISATION = "organisation", _("Organisation")
        OTHER = "other", _("Other territory")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # ISO 3166-1 alpha-2, where NA is Namibia; organisations by the code that WIPO uses.
    code = models.CharField(max_length=2, unique=True)
    kind = models.CharField(max_length=20, choices=Kind)

    def __str__(self) -> str:
        return self.code


class LawRelease(models.Model):
    """A version of the data that comes with the product, as it was taken up here."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    version = models.CharField(max_length=20)
    # SHA-256 over the files.
    digest = models.BinaryField(unique=True, max_length=32)
    taken_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.version


class LawFact(models.Model):
    """One dated statement about one country: delivered with the product, or made by counsel.

    Never changed. A row that `withdraws` another takes it back and says why.
    """

    class Status(models.TextChoices):
        IN_FORCE = "in_force", _("In force")
        SIGNED = "signed", _("Signed, not in force")
        SUSPENDED = "suspended", _("Suspended")
        LEFT = "left", _("Left")
        NONE = "none", _("Not in force")
        UNKNOWN = "unknown", _("Unknown")
        PRIORITY_FOREIGN = "priority_foreign", _("Priority Foreign Country")
        PRIORITY_WATCH = "priority_watch", _("Priority Watch List")
        WATCH = "watch", _("Watch List")
        UNLISTED = "unlisted", _("Not listed")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    country = models.ForeignKey(Country, models.PROTECT, related_name="facts")
    # A treaty, a measure of enforcement or Special 301 (`vendors.jurisdictions.SUBJECTS`).
    subject = models.CharField(max_length=30)
    status = models.CharField(max_length=20, choices=Status)
    since = models.DateField(null=True)
    # The last day on which it holds.
    until = models.DateField(null=True)
    source = models.TextField()
    # "2025", "2025-10" or "2025-10-31": as precise as the source is.
    as_of = models.CharField(max_length=10)
    confirmed = models.BooleanField()
    # The organisation or state whose membership covers the country.
    through = models.CharField(max_length=2, blank=True)
    # A key of `vendors.law_words.REMARKS`.
    remark = models.CharField(max_length=30, blank=True)
    # null: made by counsel.
    release = models.ForeignKey(LawRelease, models.PROTECT, null=True, related_name="facts")
    reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    withdraws = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="withdrawal", editable=False
    )

    class Meta:
        indexes: ClassVar = [models.Index(fields=["country", "subject"], name="law_fact_country")]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(until=None)
                | models.Q(since=None)
                | models.Q(until__gte=models.F("since")),
                name="law_fact_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=models.Q(release__isnull=False) | ~models.Q(reason=""),
                name="law_fact_of_counsel_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.status}"


class CountryRating(models.Model):
    """Counsel's own rating of a country, with reason and dates. Never changed; the latest wins."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    country = models.ForeignKey(Country, models.PROTECT, related_name="ratings")
    # 0 is best, 100 is worst.
    risk = models.PositiveSmallIntegerField()
    since = models.DateField()
    until = models.DateField()
    reason = models.TextField()
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    withdraws = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="withdrawal", editable=False
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(risk__lte=100), name="country_rating_in_range"
            ),
            models.CheckConstraint(
                condition=models.Q(until__gte=models.F("since")),
                name="country_rating_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""), name="country_rating_has_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.country_id} {self.risk}"


class IndexEdition(models.Model):
    """One edition of a rule-of-law index that the user has imported under its own licence."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=120)
    # The year that the edition bears.
    edition = models.PositiveSmallIntegerField()
    published_on = models.DateField()
    best = models.DecimalField(max_digits=9, decimal_places=4)
    worst = models.DecimalField(max_digits=9, decimal_places=4)
    licence = models.TextField()
    source = models.TextField()
    file_name = models.CharField(max_length=200, blank=True)
    reason = models.TextField(blank=True)
    recorded_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(db_default=Now())
    withdraws = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="withdrawal", editable=False
    )

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=~models.Q(best=models.F("worst")), name="index_has_a_scale"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.edition}"


class IndexFigure(models.Model):
    """What an edition of an index says of one country."""

    edition = models.ForeignKey(IndexEdition, models.PROTECT, related_name="figures")
    country = models.ForeignKey(Country, models.PROTECT, related_name="figures")
    value = models.DecimalField(max_digits=9, decimal_places=4)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["edition", "country"], name="index_figure_once"),
        ]

    def __str__(self) -> str:
        return f"{self.edition_id} {self.country_id}"
