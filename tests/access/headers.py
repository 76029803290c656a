"""What the headers of an answer allow a browser, judged as a public scanner of sites would."""

from typing import Final

from django.http import HttpResponse

#: Headers that say one thing wherever they stand.
_ALWAYS: Final = {
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
#: Where nothing else is said, this is what counts.
_CLOSED: Final = ("default-src", "object-src", "base-uri", "form-action", "frame-ancestors")


def unprotected(response: HttpResponse) -> tuple[str, ...]:
    """What is wrong with the headers and cookies of an answer; nothing where all is well."""
    wrong = [name for name, value in _ALWAYS.items() if response.get(name) != value]
    # Of an address of the portal no more than the host goes anywhere.
    if response.get("Referrer-Policy") not in {"same-origin", "strict-origin"}:
        wrong.append("Referrer-Policy")
    if "camera=()" not in response.get("Permissions-Policy", ""):
        wrong.append("Permissions-Policy")
    wrong += _loose(response.get("Content-Security-Policy", ""))
    kept = {name: cookie for name, cookie in response.cookies.items() if cookie.value}
    for name, cookie in kept.items():
        if cookie["samesite"] not in {"Lax", "Strict"}:
            wrong.append(f"cookie {name} goes along from other sites")
        if not cookie["httponly"] and name not in {"csrftoken", "portal_language"}:
            wrong.append(f"scripts read the cookie {name}")
    return tuple(wrong)


def _loose(policy: str) -> list[str]:
    """What a content security policy leaves open."""
    said = {name: sources for name, *sources in (one.split() for one in policy.split(";") if one)}
    if "sandbox" in said and said.get("default-src") == ["'none'"]:
        return []
    wrong = [f"no {name}" for name in _CLOSED if name not in said]
    for name, sources in said.items():
        allowed = {"'self'", "'none'", *(["data:"] if name == "img-src" else [])}
        wrong += [f"{name} {one}" for one in sources if one not in allowed]
    return wrong
