"""What an installation's mail is like: whether there is any, and the addresses in it."""

from email.utils import parseaddr

from django.conf import settings


def is_configured() -> bool:
    """Whether this installation can send mail."""
    return "console" not in settings.EMAIL_BACKEND


def domain() -> str:
    """The domain that letters are sent from; it ends the id of each."""
    return parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"


def site_address() -> str:
    """Where this installation is found, as far as its settings tell; "" where they do not."""
    named = [one for one in settings.CSRF_TRUSTED_ORIGINS if "*" not in one]
    if named:
        return str(named[0]).rstrip("/")
    host = next((one for one in settings.ALLOWED_HOSTS if one[:1] not in {"", ".", "*"}), "")
    scheme = "https" if settings.SECURE_SSL_REDIRECT else "http"
    return f"{scheme}://{host}" if host else ""


def absolute(path: str) -> str:
    """A path of this installation as a whole address; as it is where the host is not known."""
    return f"{site_address()}{path}" if path.startswith("/") else path
