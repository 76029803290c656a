"""Codes and keys: typed or sent by a browser, checked by the library."""

import struct
from typing import TYPE_CHECKING, Any, ClassVar, Final

from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as base
from allauth.mfa.base.internal.flows import check_rate_limit
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import validate_totp_code
from allauth.mfa.webauthn import forms as webauthn
from allauth.mfa.webauthn.internal.auth import parse_authentication_response
from django import forms
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from accounts import lockouts, sign_in_log
from accounts.models import User
from accounts.selectors import principal_for_user
from accounts.services import locks, second_factor

if TYPE_CHECKING:
    # The library ships no types.
    class _Code(forms.Form):
        user: Any
        authenticator: Any

        def clean_code(self) -> str: ...

    class _AddKey(forms.Form): ...

    class _Told(forms.Form):
        user: Any
        cleaned_data: dict[str, Any]
        fields: dict[str, forms.Field]

        def __init__(self, *args: Any, **kwargs: Any) -> None: ...
        def clean_credential(self) -> Any: ...

    class _SecondKey(forms.Form): ...

    class _Passkey(forms.Form): ...

    class _ProofKey(forms.Form): ...
else:
    _Told = object
    _SecondKey = webauthn.AuthenticateWebAuthnForm
    _Passkey = webauthn.LoginWebAuthnForm
    _ProofKey = webauthn.ReauthenticateWebAuthnForm
    _Code = base.AuthenticateForm
    _AddKey = webauthn.AddWebAuthnForm

#: A code is good for its own half minute and those beside it. Used once, it is remembered longer.
REMEMBERED: Final = 180
UNREADABLE: Final = "unreadable"
#: What is said of a try, in words of the log. Where nothing was sent, there was no try.
REASONS: Final = {
    "too_many_login_attempts": "too_many_tries",
    "incorrect_code": "wrong",
    UNREADABLE: UNREADABLE,
}
#: What the libraries raise where no key can have made what was sent.
NO_KEY: Final = (AttributeError, LookupError, RecursionError, TypeError, ValueError, struct.error)
CODE_ATTRIBUTES: Final = {
    "autocomplete": "one-time-code",
    "inputmode": "numeric",
    "spellcheck": "false",
}


def _is_first_use(user: User, code: str) -> bool:
    key = f"second-factor-used:{user.pk}:{normalize_user_code(code)}"
    return bool(cache.add(key, True, timeout=REMEMBERED))


class Told(_Told):
    """Beside a form of the library that takes a code or a key: what it refuses is in the log."""

    by: ClassVar[str]

    def clean(self) -> dict[str, Any] | None:
        """After the fields, so that whatever is wrong with them is known."""
        said = super().clean()
        codes = {one.code for errors in self.errors.as_data().values() for one in errors}
        reason = next((word for code, word in REASONS.items() if code in codes), None)
        if reason:
            request, user = context.request, self.user
            sign_in_log.failed(request, by=[self.by], reason=reason, user=user)
            if (
                user is not None
                and reason == "wrong"
                and lockouts.is_news(request, lockouts.key_of_codes(user.pk))
            ):
                locks.note(user=user, by=self.by)
        return said


def _unreadable() -> ValidationError:
    said = get_adapter().validation_error("incorrect_code")
    return ValidationError(said.message, code=UNREADABLE)


class CredentialField(forms.JSONField):
    """What a browser sends of a key. It is good for one try, so no page shows it again."""

    widget = forms.HiddenInput

    def to_python(self, value: Any) -> Any:
        """The library has a sentence about JSON for some texts, and breaks on others."""
        try:
            return super().to_python(value)
        except (ValidationError, *NO_KEY) as error:
            raise _unreadable() from error

    def bound_data(self, data: Any, initial: Any) -> Any:
        """As on a page that nothing was sent to yet."""
        return initial


class KeyTold(Told):
    """Beside a form that takes a key: what no key can have made is refused, and in the log."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()

    def clean_credential(self) -> Any:
        """The library breaks on what no key can have made, or has no word for it."""
        try:
            parse_authentication_response(self.cleaned_data["credential"])
        except (ValidationError, *NO_KEY) as error:
            raise _unreadable() from error
        try:
            return super().clean_credential()
        except ValidationError as error:
            if error.code in REASONS:
                raise
            raise _unreadable() from error
        except NO_KEY as error:
            raise _unreadable() from error


class SecondKeyForm(KeyTold, _SecondKey):
    """A key as the second factor at sign-in."""

    by = "key"


class PasskeyForm(KeyTold, _Passkey):
    """A key alone. Whose it is, only the browser says, so a wrong one is nobody's."""

    by = "passkey"


class ProofKeyForm(KeyTold, _ProofKey):
    """A key, to prove who is still there."""

    by = "key"


class CodeForm(Told, _Code):
    """A code of the app or a recovery code: at sign-in, or to prove who is still there."""

    by = "code"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["code"]
        field.label = _("Code")
        field.help_text = _("The six digits that your app shows now, or a recovery code.")
        field.widget.attrs = dict(CODE_ATTRIBUTES)

    def clean_code(self) -> str:
        """A code works once, whoever has read it along."""
        code = super().clean_code()
        if not _is_first_use(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        if self.authenticator.type == Authenticator.Type.RECOVERY_CODES:
            # It is used up from here on, whatever becomes of the form.
            second_factor.note_recovery_code(
                user=self.user,
                agent=context.request.headers.get("User-Agent", ""),
                by=principal_for_user(self.user),
            )
        return code


class AppForm(forms.Form):
    """Proof that the app has the secret."""

    code = forms.CharField(
        label=_("Code"),
        max_length=20,
        help_text=_("The six digits that your app shows now."),
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
    )

    def __init__(self, *args: Any, user: User, secret: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user, self.secret = user, secret

    def clean_code(self) -> str:
        """Right, and not tried too often."""
        done = check_rate_limit(self.user)
        code = str(self.cleaned_data["code"])
        if not validate_totp_code(self.secret, code) or not _is_first_use(self.user, code):
            raise get_adapter().validation_error("incorrect_code")
        done()
        return code


class KeyForm(_AddKey):
    """A new security key or passkey."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"] = CredentialField()
        name, alone = self.fields["name"], self.fields["passwordless"]
        name.label, name.help_text = _("Name"), _("So that you know it from others.")
        name.widget.attrs["maxlength"] = second_factor.LONGEST_NAME
        alone.label = _("Sign in with it alone, without the password")
        alone.help_text = _(
            "The key then asks for its own PIN, your finger or your face. Called a passkey."
        )
        if not self.is_bound:
            self.initial["name"] = ""
            name.required = False

    def clean(self) -> dict[str, Any] | None:
        """The library breaks on what no key can have made."""
        try:
            return super().clean()
        except NO_KEY as error:
            raise _unreadable() from error


class KeyNameForm(forms.Form):
    """What a key is called."""

    name = forms.CharField(label=_("Name"), max_length=second_factor.LONGEST_NAME)


class ResetForm(forms.Form):
    """Why an administrator removes the second factor of somebody."""

    reason = forms.CharField(
        label=_("Reason"),
        max_length=500,
        help_text=_("How you know that it is them, and what happened. It stands in the log."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
