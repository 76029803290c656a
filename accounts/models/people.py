"""People, business units, memberships, and the clients of the API."""

from datetime import datetime
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Lower, Now
from django.utils.translation import gettext_lazy as _
from oauth2_provider.models import AbstractApplication

from accounts.permissions import Role
from audit.ids import uuid7


class UserManager(BaseUserManager["User"]):
    """Creates users; e-mail addresses are compared without regard to case."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A new user with a hashed password (unusable when None)."""
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        """The user with this e-mail address, in whatever case."""
        return self.get(email=(username or "").lower())


class User(AbstractBaseUser):
    """Someone who signs in with an e-mail address."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Always in lower case, which the database holds, so that unique means unique.
    email = models.EmailField(_("E-mail address"), max_length=254, unique=True)
    name = models.CharField(_("Name"), max_length=120)
    language = models.CharField(_("Language"), max_length=10, default="en-gb")
    time_zone = models.CharField(_("Time zone"), max_length=40, default="UTC")
    is_active = models.BooleanField(_("Active"), default=True)
    # Whether the first steps are put away, before all of them are done.
    hides_first_steps = models.BooleanField(default=False)
    created_at = models.DateTimeField(db_default=Now())

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(email=Lower("email")), name="user_email_lower_case"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email


class BusinessUnit(models.Model):
    """A part of the organisation that keeps its own engagements, assessments and scores."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("Name"), max_length=120, unique=True)
    code = models.SlugField(_("Code"), max_length=30, unique=True)
    # The one unit that is removed with all that hangs on it. Never changes.
    sample = models.BooleanField(default=False, db_default=False)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering: ClassVar = ["name"]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["sample"], condition=models.Q(sample=True), name="unit_one_sample"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    """What a user is in one business unit, or in all of them (no unit)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="memberships")
    unit = models.ForeignKey(
        BusinessUnit, models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.CharField(_("Role"), max_length=20, choices=Role)
    created_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["user", "unit", "role"], name="membership_once", nulls_distinct=False
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.role}"


class ApiClient(AbstractApplication):
    """A system that reads or writes over the API: an OAuth2 client that may also hold keys."""

    # What events, addresses and logs name the client by; the number inside stays inside.
    public_id = models.UUIDField(unique=True, default=uuid7, editable=False)
    units = models.ManyToManyField(BusinessUnit, blank=True, related_name="api_clients")
    all_units = models.BooleanField(_("All business units"), default=False)
    scopes = ArrayField(models.CharField(max_length=30), default=list)
    is_active = models.BooleanField(_("Active"), default=True)
    # None: as many as the installation allows everybody.
    requests_per_minute = models.PositiveIntegerField(_("Requests a minute"), null=True, blank=True)
    # When the OAuth2 secret in force was made; None while nobody has ever seen one.
    secret_created_at = models.DateTimeField(null=True)

    class Meta(AbstractApplication.Meta):
        swappable = "OAUTH2_PROVIDER_APPLICATION_MODEL"
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(requests_per_minute__gte=1), name="api_client_may_ask"
            ),
        ]

    def __str__(self) -> str:
        return str(self.name)

    def is_usable(self, request: Any) -> bool:
        """Asked by the token endpoint: a client that was switched off gets no tokens."""
        return self.is_active


class ApiKey(models.Model):
    """A long random secret of an API client. Only its hash is kept; the prefix finds it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    client = models.ForeignKey(ApiClient, models.CASCADE, related_name="keys")
    label = models.CharField(_("Label"), max_length=60, blank=True)
    prefix = models.CharField(max_length=16, unique=True)
    hash = models.BinaryField(max_length=32)
    created_at = models.DateTimeField(db_default=Now())
    expires_at = models.DateTimeField(_("Expires"), null=True, blank=True)
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # The key that takes over, while both work or afterwards.
    replaced_by = models.OneToOneField(
        "self", models.SET_NULL, null=True, blank=True, related_name="replaces"
    )

    def __str__(self) -> str:
        return f"{self.prefix}…"

    def works_at(self, moment: datetime) -> bool:
        """Whether it opens the API at this moment, as far as the key alone is asked."""
        return self.revoked_at is None and (self.expires_at is None or self.expires_at > moment)

    @property
    def used_since_replaced(self) -> bool:
        """Whether the system still asks with it although there is another."""
        after = self.replaced_by
        return bool(after and self.last_used_at and self.last_used_at > after.created_at)
