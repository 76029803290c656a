"""The criteria of the HTTP Observatory (MDN, formerly Mozilla), as it grades a site by its headers.

Ten tests start from 100 points and take some off; who has 90 left gets what others add. 100 or more
is an A+. Not graded here: whether the domain is in the browsers' list of sites that are https only,
which is for whoever owns the domain.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html.parser import HTMLParser

_GRADES = {100: "A+", 90: "A", 85: "A-", 80: "B+", 70: "B", 65: "B-", 60: "C+", 50: "C", 0: "F"}
_HALF_A_YEAR = 15_768_000
_PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}


@dataclass(frozen=True)
class Answer:
    """What a site says over https. `cookies`: the whole line of each."""

    headers: Mapping[str, str]
    cookies: tuple[str, ...]
    html: str


def points_of(site: Answer, first_over_http: str) -> dict[str, int]:
    """The points of each test; `first_over_http` is where http://… leads at once."""
    said = {name.lower(): value for name, value in site.headers.items()}
    policy = _policy(said.get("content-security-policy", ""))
    return {
        "content-security-policy": _content_security(policy),
        "cookies": _cookies(site.cookies, said),
        "cross-origin-resource-sharing": 0 if "access-control-allow-origin" not in said else -50,
        "redirection": 0 if first_over_http.startswith("https://") else -20,
        "referrer-policy": 5 if said.get("referrer-policy") in _PRIVATE else -5,
        "strict-transport-security": _transport(said.get("strict-transport-security", "")),
        "subresource-integrity": 0 if not _scripts_elsewhere(site.html) else -50,
        "x-content-type-options": 0 if said.get("x-content-type-options") == "nosniff" else -5,
        "x-frame-options": 5 if policy.get("frame-ancestors") == ["'none'"] else -20,
        "cross-origin-resource-policy": (
            10 if said.get("cross-origin-resource-policy") == "same-origin" else 0
        ),
    }


def grade_of(points: Mapping[str, int]) -> str:
    """The letter."""
    left = 100 + sum(one for one in points.values() if one < 0)
    if left >= 90:
        left += sum(one for one in points.values() if one > 0)
    return next(grade for least, grade in _GRADES.items() if max(left, 0) >= least)


def _policy(text: str) -> dict[str, list[str]]:
    return {name: sources for name, *sources in (one.split() for one in text.split(";") if one)}


def _content_security(policy: Mapping[str, list[str]]) -> int:
    """Without a policy, or with one that lets in anything or runs what is in a page."""
    if not policy:
        return -25
    scripts = policy.get("script-src", policy.get("default-src", ["*"]))
    objects = policy.get("object-src", policy.get("default-src", ["*"]))
    styles = policy.get("style-src", policy.get("default-src", ["*"]))
    broad = {"*", "https:", "http:", "data:", "'unsafe-inline'"}
    if broad & {*scripts, *objects}:
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if broad & {*styles}:
        return 0
    closed = policy.get("default-src") == ["'none'"]
    return 10 if closed and policy.get("form-action") in (["'none'"], ["'self'"]) else 5


def _cookies(lines: tuple[str, ...], said: Mapping[str, str]) -> int:
    if not lines:
        return 0
    words = [{one.strip().lower() for one in line.split(";")[1:]} for line in lines]
    sessions = [
        held for line, held in zip(lines, words, strict=True) if "csrf" not in line.split("=")[0]
    ]
    if any("httponly" not in held for held in sessions):
        return -30
    if any("secure" not in held for held in words):
        return -20 if "strict-transport-security" not in said else -5
    return 5 if all({"samesite=lax", "samesite=strict"} & held for held in words) else 0


def _transport(value: str) -> int:
    age = re.search(r"max-age=(\d+)", value)
    if age is None:
        return -20
    return 0 if int(age[1]) >= _HALF_A_YEAR else -10


def _scripts_elsewhere(html: str) -> list[str]:
    found: list[str] = []

    class Scripts(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            address = dict(attrs).get("src") or ""
            if tag == "script" and ("//" in address or address.startswith("http")):
                found.append(address)

    Scripts().feed(html)
    return found
