"""Both themes can be read by everybody: WCAG 2.2 AA, 1.4.3 for text and 1.4.11 for lines."""

from __future__ import annotations

import pytest
from textual.color import Color
from textual.theme import BUILTIN_THEMES, Theme

from tutor.app.themes import HEAT_STEPS, OWN, lent

TEXT, LINES = 4.5, 3.0
GROUNDS = ("background", "surface", "panel")
WORDS = (
    "foreground",
    "text-muted",
    "learner",
    "consultant",
    "challenge",
    "case",
    "warning",
    "error",
    "success",
)
DRAWN = ("series-1", "series-2", "series-3", "series-4", "axis")


def luminance(color: Color) -> float:
    """Relative luminance (WCAG 2.2)."""
    channels = [c / 255 for c in color.rgb]
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def colours(theme: Theme) -> dict[str, str]:
    """As the app resolves them."""
    return {**theme.to_color_system().generate(), **theme.variables}


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(Color.parse(one)), luminance(Color.parse(other))))
    return (high + 0.05) / (low + 0.05)


def test_contrast_is_the_wcag_ratio() -> None:
    assert contrast("#ffffff", "#000000") == pytest.approx(21.0)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("theme", OWN, ids=lambda t: t.name)
@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("word", WORDS)
def test_words_on_every_ground(theme: Theme, ground: str, word: str) -> None:
    colors = colours(theme)
    assert contrast(colors[word], colors[ground]) >= TEXT


@pytest.mark.parametrize("theme", OWN, ids=lambda t: t.name)
@pytest.mark.parametrize("line", DRAWN)
def test_curves_and_axes(theme: Theme, line: str) -> None:
    colors = colours(theme)
    # Axis labels are words; curves are read by their shape.
    assert contrast(colors[line], colors["background"]) >= (TEXT if line == "axis" else LINES)


@pytest.mark.parametrize("theme", OWN, ids=lambda t: t.name)
def test_words_on_heat_and_highlight(theme: Theme) -> None:
    colors = colours(theme)
    for step in range(HEAT_STEPS):
        assert contrast(colors["foreground"], colors[f"heat-{step}"]) >= TEXT
    for cursor in ("block-cursor", "block-cursor-blurred"):
        for word in ("foreground", "text-muted", "case", "success", "learner", "consultant"):
            assert contrast(colors[word], colors[f"{cursor}-background"]) >= TEXT
    for pair in (("background", "primary"), ("background", "case"), ("footer-key-foreground", "background")):
        assert contrast(colors[pair[0]], colors[pair[1]]) >= TEXT


@pytest.mark.parametrize("name", ["ansi-dark", "ansi-light", "nord", "textual-light"])
def test_every_other_theme_lends_all_our_names(name: str) -> None:
    ours = set(OWN[0].variables) - set(BUILTIN_THEMES[name].to_color_system().generate())
    assert ours
    assert ours <= set(lent(BUILTIN_THEMES[name]))
