"""What browsers may do with our pages, and the names of the cookies they keep."""

from typing import Final, NamedTuple

#: Nothing but our own files, and of those only what pages use. `data:` is for the small drawings in
#: the style sheets of the front end's packages.
CONTENT_SECURITY: Final = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "form-action": ["'self'"],
    "frame-ancestors": ["'none'"],
}


class CookieNames(NamedTuple):
    """In the order of the settings."""

    session: str
    csrf: str
    message: str
    portal: str
    portal_language: str


def cookie_names(*, https: bool) -> CookieNames:
    """Over https, names that browsers keep for what came over https from this host alone.

    `__Host-` asks for the path "/". Those of the portal have a narrower one, so that one visit's
    cookie is not sent with another's pages; for them it is `__Secure-`.
    """
    if not https:
        return CookieNames("sessionid", "csrftoken", "messages", "portal", "portal_language")
    return CookieNames(
        "__Host-sessionid",
        "__Host-csrftoken",
        "__Host-messages",
        "__Secure-portal",
        "__Secure-portal_language",
    )
