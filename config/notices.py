"""The sentence on the next page, such as "Saved.", kept in a cookie whose name browsers guard."""

from django.conf import settings
from django.contrib.messages.storage.cookie import CookieStorage
from django.contrib.messages.storage.fallback import FallbackStorage
from django.contrib.messages.storage.session import SessionStorage


class GuardedCookieStorage(CookieStorage):
    """Django's own under the name that the settings say."""

    cookie_name = settings.MESSAGE_COOKIE


class Storage(FallbackStorage):
    """A cookie, and the session for what is too long for one."""

    storage_classes = (GuardedCookieStorage, SessionStorage)
