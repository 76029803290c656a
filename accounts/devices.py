"""What a browser says of itself, in a few words for people."""

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from django.utils.translation import gettext as _

#: The first that is found in the text counts: many browsers also name those they descend from.
BROWSERS: Final = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS: Final = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def words(agent: str) -> str:
    """ "Firefox on Windows", as far as the text tells."""
    browser, system = parts(agent)
    if browser and system:
        return _("%(browser)s on %(system)s") % {"browser": browser, "system": system}
    return browser or system or _("An unknown browser")


def parts(agent: str) -> tuple[str, str]:
    """(browser, system), each "" where the text does not tell."""
    browser = next((name for mark, name in BROWSERS if mark in agent), "")
    return browser, next((name for mark, name in SYSTEMS if mark in agent), "")


def plain(ip: str) -> IPv4Address | IPv6Address:
    """The address itself: a server that listens for both kinds writes "::ffff:203.0.113.5"."""
    address = ip_address(ip)
    return getattr(address, "ipv4_mapped", None) or address


def network(ip: str | None) -> str:
    """The network that an address is in, as wide as one place has: "203.0.113.0/24"."""
    if not ip:
        return ""
    address = plain(ip)
    return str(ip_network(f"{address}/{24 if address.version == 4 else 48}", strict=False))
