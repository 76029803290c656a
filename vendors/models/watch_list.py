"""Watch-lists, as they are imported: immutable snapshots of what their publishers say."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audit.ids import uuid7
from vendors.models.file_job import FileJob


class WatchList(models.Model):
    """A list of those one may not, or should not, deal with."""

    class Kind(models.TextChoices):
        SANCTIONS = "sanctions", _("Sanctions")
        INFRINGERS = "infringers", _("Known infringers")
        NOTORIOUS_MARKETS = "notorious_markets", _("Notorious markets")
        OWN = "own", _("Own list")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.SlugField(_("Key"), max_length=40, unique=True)
    title = models.CharField(_("Title"), max_length=160)
    publisher = models.CharField(_("Publisher"), max_length=160)
    kind = models.CharField(_("Kind"), max_length=20, choices=Kind)
    website = models.URLField(_("Where it is published"), blank=True)
    note = models.TextField(_("Note"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    def __str__(self) -> str:
        return self.title


class ListVersion(models.Model):
    """One file of a list, as it was imported. Never changed: a newer file is another version."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    watch_list = models.ForeignKey(WatchList, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    previous = models.ForeignKey("self", models.PROTECT, null=True, related_name="following")
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    # The day of which the publisher says that it holds.
    as_of = models.DateField()
    entries = models.PositiveIntegerField()
    new = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    gone = models.PositiveIntegerField()
    # Nobody where it came from the command line.
    imported_by = models.ForeignKey(User, models.PROTECT, null=True)
    imported_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["watch_list", "number"], name="list_version_number"),
        ]

    def __str__(self) -> str:
        return f"{self.watch_list_id} {self.number}"


class ListEntry(models.Model):
    """Somebody listed, with all that the list says of them; another wording is another entry.

    It holds from `first_version` on, until a version ends it (`ListEntryEnd`). So versions that
    have most entries in common take little room.
    """

    class Kind(models.TextChoices):
        PERSON = "person", _("Person")
        ORGANISATION = "organisation", _("Organisation")
        VESSEL = "vessel", _("Vessel")
        AIRCRAFT = "aircraft", _("Aircraft")
        PLACE = "place", _("Market or website")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    watch_list = models.ForeignKey(WatchList, models.PROTECT, related_name="entries")
    # The publisher's own number of it: what tells a changed entry from a new one.
    ref = models.CharField(max_length=80)
    digest = models.BinaryField(max_length=32)
    kind = models.CharField(max_length=12, choices=Kind)
    name = models.CharField(max_length=400)
    aliases = ArrayField(models.CharField(max_length=400), default=list)
    # Names of which the publisher itself says that they tell little: shown, not searched by.
    weak_aliases = ArrayField(models.CharField(max_length=400), default=list)
    countries = ArrayField(models.CharField(max_length=2), default=list)
    lei = models.CharField(max_length=20, blank=True)
    registration_numbers = ArrayField(models.CharField(max_length=60), default=list)
    programme = models.CharField(max_length=300, blank=True)
    remarks = models.TextField(blank=True)
    first_version = models.ForeignKey(ListVersion, models.PROTECT, related_name="first_entries")

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["watch_list", "ref"], name="list_entry_ref"),
            models.Index(fields=["watch_list", "name", "id"], name="list_entry_name"),
        ]

    def __str__(self) -> str:
        return self.name


class ListEntryEnd(models.Model):
    """An entry holds no longer from this version on."""

    entry = models.OneToOneField(ListEntry, models.PROTECT, primary_key=True, related_name="end")
    version = models.ForeignKey(ListVersion, models.PROTECT, related_name="ended_entries")
    # What the list says of the same one instead; none: it is no longer listed.
    replaced_by = models.ForeignKey(
        ListEntry, models.PROTECT, null=True, related_name="replaced_entries"
    )

    def __str__(self) -> str:
        return f"{self.entry_id} ended"


class ListUpload(FileJob):
    """An uploaded file between its preview and the version that comes of it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    watch_list = models.ForeignKey(WatchList, models.PROTECT, related_name="uploads")
    user = models.ForeignKey(User, models.PROTECT, null=True)
    file_name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    as_of = models.DateField()
    # The file, packed, until it is read; then its entries, packed; emptied once it is decided.
    content = models.BinaryField()
    report = models.JSONField(default=dict)
    list_version = models.ForeignKey(ListVersion, models.PROTECT, null=True)
    created_at = models.DateTimeField(db_default=Now())
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["watch_list", "-id"], name="list_upload")]

    def __str__(self) -> str:
        return self.file_name
