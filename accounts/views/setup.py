"""Setting up an empty installation. Once there is an account, nothing is here."""

from django.conf import settings
from django.contrib.auth import login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from accounts import sign_in_log
from accounts.doors import posted
from accounts.forms import take_refusal
from accounts.selectors.installation import is_empty
from accounts.services import known_devices, setup
from accounts.setup_forms import SetupForm
from audit.errors import Invalid


@sensitive_post_parameters("token", "password", "again")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def index(request: HttpRequest) -> HttpResponse:
    """The organisation, its units and the first administrator, who is signed in with it."""
    if not is_empty():
        raise Http404
    form = SetupForm(posted(request), initial={"organisation": _known_name()})
    if request.method == "POST" and form.is_valid():
        values = {key: value for key, value in form.cleaned_data.items() if key != "again"}
        try:
            user = setup.set_up(**values, language=get_language() or settings.LANGUAGE_CODE)
        except setup.AlreadySetUp as late:
            raise Http404 from late
        except Invalid as refused:
            take_refusal(form, refused.extra["errors"])
        else:
            login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
            known_devices.note(
                user=user,
                before=None,
                agent=request.headers.get("User-Agent", ""),
                ip=sign_in_log.address(request),
            )
            sign_in_log.came_in(request, user, by=["setup"])
            return redirect("accounts:sample" if values["sample"] else "scoring:start")
    return render(request, "accounts/setup.html", {"form": form})


def _known_name() -> str:
    """The name of the settings, unless it is the one that stands there for none."""
    name = str(settings.ORGANISATION_NAME)
    return "" if name == "Your organisation" else name
