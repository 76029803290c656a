"""What stands in the log about the ways in which people sign in: a part of `event_words`."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: Final[dict[str, str | Promise]] = {
    "member.password_changed": _("Own password changed"),
    "member.locked": _("Account locked for a quarter of an hour after too many wrong tries: {by}"),
    "member.factor_added": _("Second factor set up: {kind}"),
    "member.factor_renamed": _("Security key renamed"),
    "member.factor_removed": _("Second factor removed: {kind}"),
    "member.recovery_codes_made": _("Recovery codes made"),
    "member.recovery_code_used": _("Recovery code used: {left} left"),
    "member.factors_reset": _("Second factor reset by an administrator"),
    "member.sign_in_linked": _("Signing in by a provider begun: {provider}"),
    "member.provisioned": _("Account made at a sign-in by a provider: {provider}, {role}"),
    "member.sessions_ended": _("Sessions ended: {count}"),
}
