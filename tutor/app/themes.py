"""Two themes of our own, paper and lamplight, and what other themes lend to our names for colours."""

from __future__ import annotations

from textual.theme import BUILTIN_THEMES, Theme

HEAT_STEPS = 5

_LAMPLIGHT = {
    "text-muted": "#a3aba6",
    "text-disabled": "#8d9691",
    "learner": "#a9bfe0",
    "consultant": "#8fc7ac",
    "challenge": "#f2957c",
    "case": "#dcb67a",
    "series-1": "#f0b561",
    "series-2": "#7fc4f0",
    "series-3": "#b8d98a",
    "series-4": "#e59ad0",
    "axis": "#7c8782",
    "heat-0": "#1d2226",
    "heat-1": "#23332f",
    "heat-2": "#274138",
    "heat-3": "#2b5044",
    "heat-4": "#2f604f",
}

_PAPER = {
    "text-muted": "#59605c",
    "text-disabled": "#656c68",
    "learner": "#31527f",
    "consultant": "#22604a",
    "challenge": "#a1341c",
    "case": "#7d5210",
    "series-1": "#b3541e",
    "series-2": "#1f639c",
    "series-3": "#43701f",
    "series-4": "#93357c",
    "axis": "#646b60",
    "heat-0": "#f0eadc",
    "heat-1": "#dde5d2",
    "heat-2": "#cbdfc9",
    "heat-3": "#b8d8bf",
    "heat-4": "#a5d0b4",
}

LAMPLIGHT = Theme(
    name="lamplight",
    dark=True,
    background="#14171a",
    surface="#1b1f23",
    panel="#23282d",
    foreground="#e8e4da",
    primary="#8fc7ac",
    secondary="#a9bfe0",
    accent="#dcb67a",
    warning="#e7bd5c",
    error="#f2957c",
    success="#9ccf90",
    variables={
        **_LAMPLIGHT,
        "border": "#8fc7ac",
        "border-blurred": "#333a40",
        "block-cursor-background": "#2c3a37",
        "block-cursor-foreground": "#f4f1e8",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#22292b",
        "block-cursor-blurred-foreground": "#e8e4da",
        "footer-background": "#14171a",
        "footer-key-foreground": "#dcb67a",
        "footer-description-foreground": "#a3aba6",
        "scrollbar": "#3a4247",
        "scrollbar-hover": "#5a656b",
        "scrollbar-active": "#8fc7ac",
        "scrollbar-background": "#14171a",
        "scrollbar-background-hover": "#14171a",
        "scrollbar-background-active": "#14171a",
        "scrollbar-corner-color": "#14171a",
        "input-selection-background": "#3c5a50",
        "input-cursor-background": "#e8e4da",
        "input-cursor-foreground": "#14171a",
        "markdown-h1-color": "#dcb67a",
        "markdown-h2-color": "#dcb67a",
        "markdown-h3-color": "#dcb67a",
        "text-warning": "#e7bd5c",
        "text-error": "#f2957c",
        "text-success": "#9ccf90",
        "text-primary": "#8fc7ac",
        "text-accent": "#dcb67a",
        "button-color-foreground": "#14171a",
    },
)

PAPER = Theme(
    name="paper",
    dark=False,
    background="#f8f4ea",
    surface="#f0eadc",
    panel="#e6dfce",
    foreground="#23282a",
    primary="#22604a",
    secondary="#31527f",
    accent="#7d5210",
    warning="#7a5200",
    error="#a1341c",
    success="#2d6630",
    variables={
        **_PAPER,
        "border": "#22604a",
        "border-blurred": "#d3cab4",
        "block-cursor-background": "#d9e4d3",
        "block-cursor-foreground": "#1a1f21",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "#ece5d5",
        "block-cursor-blurred-foreground": "#23282a",
        "footer-background": "#f8f4ea",
        "footer-key-foreground": "#7d5210",
        "footer-description-foreground": "#59605c",
        "scrollbar": "#cfc6b0",
        "scrollbar-hover": "#a9a08a",
        "scrollbar-active": "#22604a",
        "scrollbar-background": "#f8f4ea",
        "scrollbar-background-hover": "#f8f4ea",
        "scrollbar-background-active": "#f8f4ea",
        "scrollbar-corner-color": "#f8f4ea",
        "input-selection-background": "#bcd6c6",
        "input-cursor-background": "#23282a",
        "input-cursor-foreground": "#f8f4ea",
        "markdown-h1-color": "#7d5210",
        "markdown-h2-color": "#7d5210",
        "markdown-h3-color": "#7d5210",
        "text-warning": "#7a5200",
        "text-error": "#a1341c",
        "text-success": "#2d6630",
        "text-primary": "#22604a",
        "text-accent": "#7d5210",
        "button-color-foreground": "#f8f4ea",
    },
)

OWN = (LAMPLIGHT, PAPER)

# The sixteen colours of the terminal and its own background: for those who have chosen theirs.
TERMINAL = Theme(
    name="terminal",
    ansi=True,
    dark=True,
    primary="ansi_green",
    secondary="ansi_cyan",
    accent="ansi_yellow",
    warning="ansi_yellow",
    error="ansi_red",
    success="ansi_green",
    foreground="ansi_default",
    background="ansi_default",
    surface="ansi_default",
    panel="ansi_default",
    boost="ansi_default",
    variables={
        **BUILTIN_THEMES["ansi-dark"].variables,
        "text-muted": "ansi_default",
        "border": "ansi_green",
        "border-blurred": "ansi_bright_black",
        "block-cursor-background": "ansi_blue",
        "block-cursor-foreground": "ansi_bright_white",
        "block-cursor-text-style": "none",
        "block-cursor-blurred-background": "ansi_bright_black",
        "block-cursor-blurred-foreground": "ansi_bright_white",
        "footer-background": "ansi_default",
        "footer-key-foreground": "ansi_yellow",
        "footer-description-foreground": "ansi_default",
        "input-cursor-background": "ansi_default",
        "input-cursor-text-style": "reverse",
        "input-selection-background": "ansi_blue",
        "input-selection-foreground": "ansi_bright_white",
        "button-color-foreground": "ansi_default",
    },
)


def lent(theme: Theme) -> dict[str, str]:
    """Colours for our own names in a theme that does not know them (the terminal's own colours, say)."""
    second = theme.secondary or theme.primary
    accent = theme.accent or theme.primary
    error = theme.error or second
    plain = theme.foreground or ("ansi_default" if theme.ansi else "#e0e0e0" if theme.dark else "#202020")
    heat = "transparent" if theme.ansi else theme.primary
    shades = {f"heat-{i}": heat if theme.ansi else f"{heat} {10 + 10 * i}%" for i in range(HEAT_STEPS)}
    return {
        "learner": second,
        "consultant": theme.primary,
        "challenge": error,
        "case": accent,
        "series-1": accent,
        "series-2": theme.primary,
        "series-3": theme.success or second,
        "series-4": error,
        "axis": plain,
        **shades,
    }
