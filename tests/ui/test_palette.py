"""The colours, read from the style sheet: contrast, and an order that survives colour blindness."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from django.conf import settings

SHEET = Path(settings.BASE_DIR) / "static" / "css" / "app.css"
BANDS = ("low", "moderate", "elevated", "high", "critical")
THEMES = ("light", "dark")


def _tokens(theme: str) -> dict[str, str]:
    """Custom properties of a theme; the dark one falls back on the light one."""
    blocks = re.findall(r"([^{}]*)\{([^{}]*)\}", SHEET.read_text("utf-8"))
    found: dict[str, str] = {}
    for selector, body in blocks:
        if "@media" in selector or "@page" in selector:
            continue
        names = {name for name in THEMES if f'[data-bs-theme="{name}"]' in selector}
        if names in ({"light"}, {theme}):
            found.update(re.findall(r"(--[\w-]+):\s*(#[0-9a-fA-F]{3,6})\s*;", body))
    return found


def _luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.2."""
    digits = colour.lstrip("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    parts = [int(digits[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    linear = [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _contrast(one: str, other: str) -> float:
    """Contrast ratio, WCAG 2.2: 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("band", [*BANDS, "none"])
def test_the_word_of_a_band_is_readable_on_its_colour(theme: str, band: str) -> None:
    tokens = _tokens(theme)
    assert _contrast(tokens[f"--band-{band}"], tokens[f"--band-{band}-ink"]) >= 4.5


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("band", [*BANDS, "none"])
def test_a_band_stands_out_from_the_page_by_its_edge_or_its_fill(theme: str, band: str) -> None:
    tokens = _tokens(theme)
    parts = (tokens[f"--band-{band}-edge"], tokens[f"--band-{band}"])
    for ground in ("--surface", "--page"):
        assert max(_contrast(part, tokens[ground]) for part in parts) >= 3


@pytest.mark.parametrize("theme", THEMES)
def test_bands_are_ordered_by_lightness_alone(theme: str) -> None:
    tokens = _tokens(theme)
    steps = [_luminance(tokens[f"--band-{band}"]) for band in BANDS]
    ordered = sorted(steps, reverse=theme == "light")
    assert steps == ordered
    assert all(
        _contrast(tokens[f"--band-{a}"], tokens[f"--band-{b}"]) >= 1.15 for a, b in pairwise(BANDS)
    )


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize(
    "ink", ["--ink", "--quiet", "--accent", "--good", "--warn", "--bad", "--info"]
)
def test_text_is_readable_on_every_ground(theme: str, ink: str) -> None:
    tokens = _tokens(theme)
    for ground in ("--page", "--surface", "--sunken"):
        assert _contrast(tokens[ink], tokens[ground]) >= 4.5, ground


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("mark", ["--line-strong", "--focus"])
def test_edges_of_fields_and_the_focus_ring_are_visible(theme: str, mark: str) -> None:
    tokens = _tokens(theme)
    for ground in ("--page", "--surface"):
        assert _contrast(tokens[mark], tokens[ground]) >= 3, ground
