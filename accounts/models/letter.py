"""Letters: what is to be mailed, and what became of it."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models.people import User
from audit.ids import uuid7


class Letter(models.Model):
    """One e-mail to one address. Its text is erased once it has been delivered for a while."""

    class State(models.TextChoices):
        """How far it has come."""

        WAITING = "waiting", _("Waiting")
        # No mail server is set up: it can be read here, and is not sent by itself later.
        KEPT = "kept", _("Kept, not mailed")
        SENT = "sent", _("Sent")
        REFUSED = "refused", _("Refused for good")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    class Trouble(models.TextChoices):
        """What went wrong last, in kind; what a server says may hold addresses and is not kept."""

        UNREACHABLE = "unreachable", _("The mail server cannot be reached")
        NOT_ACCEPTED = "not_accepted", _("The mail server does not take mail from us")
        POSTPONED = "postponed", _("Told to try again later")
        ADDRESS_REFUSED = "address_refused", _("The address was refused")
        TEXT_REFUSED = "text_refused", _("The letter was refused")
        BAD_ADDRESS = "bad_address", _("The address cannot be written to")
        UNREADABLE = "unreadable", _("Its key is gone: SECRET_KEY has changed")
        READER_GONE = "reader_gone", _("The account of the reader is switched off")
        BROKEN = "broken", _("Something went wrong here")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # Empty once erased.
    to = models.CharField(_("To"), max_length=254, blank=True)
    # Whose account must still be active when it goes out; contacts of vendors have none.
    reader = models.ForeignKey(User, models.CASCADE, null=True, blank=True, related_name="letters")
    template = models.CharField(max_length=120)
    language = models.CharField(max_length=10)
    about = models.UUIDField(null=True, blank=True)
    subject = models.CharField(_("Subject"), max_length=300, blank=True)
    text = models.TextField(blank=True)
    html = models.TextField(blank=True)
    # Subject and bodies of a secret letter, encrypted; gone once it is sent.
    sealed = models.BinaryField(null=True)
    secret = models.BooleanField(default=False)
    # One POST to this address stops letters of the kind; empty where there is nothing to stop.
    unsubscribe = models.CharField(max_length=500, blank=True)
    state = models.CharField(_("State"), max_length=10, choices=State, default=State.WAITING)
    trouble = models.CharField(_("Last trouble"), max_length=20, choices=Trouble, blank=True)
    tries = models.PositiveIntegerField(_("Tries"), default=0)
    next_attempt_at = models.DateTimeField()
    # Until then one worker has it in hand; a worker that dies gives it up by the clock.
    claimed_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(_("Written"), db_default=Now())
    sent_at = models.DateTimeField(_("Sent"), null=True)
    erased_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["next_attempt_at", "id"],
                condition=models.Q(state="waiting"),
                name="letter_waiting",
            ),
            models.Index(fields=["-created_at", "-id"], name="letter_newest"),
            models.Index(fields=["about"], name="letter_about"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(state="sent", sent_at__isnull=False)
                | (~models.Q(state="sent") & models.Q(sent_at__isnull=True)),
                name="letter_sent_has_a_time",
            ),
            models.CheckConstraint(
                condition=models.Q(secret=False) | models.Q(subject="", text="", html=""),
                name="letter_secret_is_sealed",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.template} {self.state}"
