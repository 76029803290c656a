"""What the log says of holds, limits, legal notes, and of what was handed out or erased."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

PRIVACY: Final[dict[str, str | Promise]] = {
    "engagement.limited": _("Engagement limited to named people, or no longer"),
    "engagement.people_read": _("Looked up who may see an engagement"),
    "contact.exported": _("What is held about a contact handed out"),
    "contact.erased": _("Contact erased: {details} private details of the record"),
    "member.exported": _("What is held about a former member handed out"),
    "member.erased": _("Former member erased: {details} private details of the record"),
    "retention.run": _("Rules of retention applied: {erased}"),
    "legal_hold.placed": _("Legal hold placed"),
    "legal_hold.lifted": _("Legal hold lifted"),
    "legal_note.written": _("Legal note written"),
    "legal_note.changed": _("Legal note changed"),
    "legal_note.marked": _("Legal note marked as privileged, or no longer"),
    "legal_note.removed": _("Legal note removed"),
}
