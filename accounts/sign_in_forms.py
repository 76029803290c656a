"""allauth's forms in our words."""

from typing import TYPE_CHECKING, Any

from allauth.account import forms as theirs
from allauth.account.adapter import get_adapter
from django import forms
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    # The library ships no types.
    class _Login(forms.Form): ...

    class _Reset(forms.Form): ...

    class _Change(forms.Form):
        user: Any

    class _FromKey(forms.Form): ...
else:
    _Login = theirs.LoginForm
    _Reset = theirs.ResetPasswordForm
    _Change = theirs.ChangePasswordForm
    _FromKey = theirs.ResetPasswordKeyForm

_WORDS = {
    "login": _("E-mail address"),
    "email": _("E-mail address"),
    "password": _("Password"),
    "remember": _("Stay signed in on this device"),
    "oldpassword": _("Current password"),
    "password1": _("New password"),
    "password2": _("New password, once more"),
}


def _reword(form: forms.Form) -> None:
    for name, field in form.fields.items():
        field.label = _WORDS.get(name, field.label)
        # A placeholder vanishes while one types; the label stays.
        field.widget.attrs.pop("placeholder", None)
    if "password" in form.fields:
        # The library puts a link there; ours stands beside the button.
        form.fields["password"].help_text = ""
    if "password1" in form.fields:
        form.fields["password1"].help_text = _(
            "At least 12 characters. A few words that only you would put together are best."
        )


class LoginForm(_Login):
    """Signing in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self)


class ResetPasswordForm(_Reset):
    """Asking for a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self)


class ChangePasswordForm(_Change):
    """Another password, knowing the current one. Wrong tries are counted, as at sign-in."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self)

    def clean_oldpassword(self) -> str:
        """It is right, and was not guessed at."""
        typed = str(self.cleaned_data["oldpassword"])
        adapter = get_adapter()
        if not adapter.reauthenticate(self.user, typed):
            raise adapter.validation_error("enter_current_password")
        return typed


class ResetPasswordKeyForm(_FromKey):
    """A new password, with a link."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _reword(self)
