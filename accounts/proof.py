"""Before something dangerous is done: proof that it is still the same person at the keyboard.

A view that is `proved` takes a form only from somebody who has signed in, or proved who they are,
within `STEP_UP_MINUTES`. Else the answer asks for the password, a code or a key, and holds what was
typed; sent from there, it goes to the same address once more and is done. Nothing is kept in the
session meanwhile, and programs, which have keys of their own, never come by here.
"""

import time
from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, Final, ParamSpec, cast

from allauth.account.adapter import get_adapter
from allauth.mfa.webauthn.internal.auth import begin_authentication
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.debug import sensitive_post_parameters

from accounts import sign_in_log
from accounts.doors import Request, as_request
from accounts.marks import Mark
from accounts.models.session import PROVED_AT, SECOND_FACTOR, SIGNED_IN_AT
from accounts.second_factor_forms import CODE_ATTRIBUTES, CodeForm, ProofKeyForm
from accounts.selectors.second_factor import Factors, factors_of
from accounts.selectors.sign_on import links
from accounts.typed import typed

P = ParamSpec("P")
View = Callable[Concatenate[Request, P], HttpResponseBase]
PREFIX: Final = "proof"
#: Sent along where a page, not a form, was asked for.
_READING: Final = f"{PREFIX}-reading"
#: Fields of the form besides the password, and what the log calls what is in them.
_BY: Final = {"credential": "key", "code": "code"}
#: The views that ask for proof.
PROVED: Final = Mark[bool]("proved")


class ProofForm(forms.Form):
    """What proves who is there: with a second factor a code or a key, otherwise the password."""

    password = forms.CharField(
        label=lazy("Password"),
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )
    code = forms.CharField(
        label=lazy("Code"),
        required=False,
        help_text=lazy("The six digits that your app shows now, or a recovery code."),
        widget=forms.TextInput(attrs=CODE_ATTRIBUTES),
    )
    credential = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, request: Request, factors: Factors, **kwargs: Any) -> None:
        super().__init__(*args, **{**kwargs, "prefix": PREFIX})
        self.request, self.by_factor = request, factors.any
        if factors.any or not request.user.has_usable_password():
            del self.fields["password"]
        if not factors.any or not factors.has_code:
            del self.fields["code"]
        if not factors.keys:
            del self.fields["credential"]

    def clean(self) -> dict[str, Any]:
        """One of them is right. Wrong tries are counted, as at sign-in."""
        said = super().clean() or self.cleaned_data
        user = self.request.user
        self.by = next((by for name, by in _BY.items() if said.get(name)), "password")
        if said.get("credential"):
            self._take(
                ProofKeyForm(data={"credential": said["credential"]}, user=user),
                field=None,
            )
        elif said.get("code"):
            self._take(CodeForm(data={"code": said["code"]}, user=user), field="code")
        elif said.get("password"):
            try:
                if not get_adapter(self.request).reauthenticate(user, said["password"]):
                    self.add_error("password", _("This password is not right."))
            except ValidationError as error:
                self.add_error("password", error)
        else:
            field = next((one for one in ("code", "password") if one in self.fields), None)
            self.add_error(field, _("Prove that it is you."))
        return said

    def _take(self, theirs: forms.Form, *, field: str | None) -> None:
        if theirs.is_valid():
            cast("Any", theirs).save()
            return
        for messages in theirs.errors.values():
            for message in messages:
                self.add_error(field, message)


def proved(
    *, reading: bool = False, unless: Callable[[HttpRequest], bool] | None = None
) -> Callable[[View[P]], View[P]]:
    """Around a view, inside its door: forms are taken from somebody who proved who they are.

    With `reading`, the page itself is shown after the proof only. `unless`: requests that do
    nothing dangerous, although they are sent by a form.
    """

    def wrap(view: View[P]) -> View[P]:
        @sensitive_post_parameters(f"{PREFIX}-password", f"{PREFIX}-code")
        def inner(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            asked = as_request(request)
            sent = request.POST if request.method == "POST" else None
            if sent is None and not reading:
                return view(asked, *args, **kwargs)
            form = None
            if sent is not None:
                if any(name.startswith(f"{PREFIX}-") for name in sent):
                    form = _form(asked, sent)
                rest = sent.copy()
                for name in [one for one in rest if one.startswith(f"{PREFIX}-")]:
                    del rest[name]
                request.POST = cast("Any", rest)
            if is_fresh(request) or (unless is not None and unless(request)):
                return view(asked, *args, **kwargs)
            if form is None or not form.is_valid():
                return _ask(asked, form)
            note(request, by_factor=form.by_factor)
            sign_in_log.proved(request, asked.user, by=form.by)
            if sent is not None and _READING in sent:
                return redirect(request.get_full_path())
            return view(asked, *args, **kwargs)

        # Named and documented after the view; @wraps would give it the view's type, too.
        return PROVED.put(cast("View[P]", update_wrapper(inner, view)), True)

    return wrap


def is_fresh(request: HttpRequest) -> bool:
    """Whether they have signed in, or proved who they are, a short while ago."""
    last = request.session.get(PROVED_AT) or request.session.get(SIGNED_IN_AT) or 0
    return time.time() - float(last) < settings.STEP_UP_MINUTES * 60


def note(request: HttpRequest, *, by_factor: bool) -> None:
    """They have proved who they are just now."""
    request.session[PROVED_AT] = time.time()
    if by_factor:
        request.session[SECOND_FACTOR] = True


def _form(request: Request, sent: Any) -> ProofForm:
    return ProofForm(sent, request=request, factors=factors_of(request.user))


def _ask(request: Request, form: ProofForm | None) -> HttpResponse:
    """The page that asks, with what was typed on it."""
    if request.htmx:
        return HttpResponse(status=401)
    factors = factors_of(request.user)
    shown = form or ProofForm(request=request, factors=factors)
    js_data = {"request_options": begin_authentication(request.user)} if factors.keys else None
    return render(
        request,
        "accounts/proof.html",
        {
            "form": shown,
            "typed": typed(request),
            "reading": request.method != "POST" or (form and _READING in form.data),
            "js_data": js_data,
            "elsewhere": links(next_url=reverse("account_proved"), again=True),
            "minutes": settings.STEP_UP_MINUTES,
        },
        status=403,
    )
