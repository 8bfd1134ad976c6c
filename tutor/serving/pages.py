"""The pages: the one with the terminal in it, and plain ones that say why there is none."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import textual_serve
from jinja2 import Environment, FileSystemLoader, StrictUndefined

HERE = Path(__file__).parent
STATIC = HERE / "static"
TERMINAL = Path(textual_serve.__file__).parent / "static"  # xterm.js and a font, as the library ships them

_TEMPLATES = Environment(
    loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
)


@dataclass(frozen=True)
class Notice:
    """A page with a heading, a sentence or two, and perhaps one thing to press."""

    status: int
    title: str
    says: str
    press: str = ""
    again: int = 0  # seconds after which the page tries again by itself


STRANGER = Notice(
    403,
    "This needs the whole link",
    "Open the link that “tutor serve” printed when it was started, with everything after the question mark. "
    "If you have been here before in this browser, try again first.",
    press="Try again",
)
WRONG_TOKEN = Notice(
    403,
    "This link does not open anything",
    "It is incomplete, or from an earlier start of the server. Ask for the present one.",
)
WRONG_HOST = Notice(
    403,
    "Not under this name",
    "This server does not go by the name in the address bar. To allow it, start it with: tutor serve --url.",
)
WRONG_ORIGIN = Notice(403, "Not from that page", "Only the page of this server may open the app.")
NO_VISITOR = Notice(
    403, "Cookies are needed", "Allow cookies for this address: one of them finds your sessions again."
)
FULL = Notice(
    503,
    "All seats are taken just now",
    "This page tries again by itself, and lets you in as soon as somebody leaves.",
    press="Try now",
    again=20,
)
STOPPING = Notice(503, "The server is being stopped", "Everything is kept. Come back when it runs again.")
NOT_THERE = Notice(404, "Nothing here", "The app is on the first page.", press="Go there")
BROKEN = Notice(
    500, "Something unforeseen went wrong", "It was written down on the server. Please try again."
)


def terminal(socket_url: str, font_size: int) -> str:
    """The page with the app in it."""
    return _TEMPLATES.get_template("terminal.html").render(socket_url=socket_url, font_size=font_size)


def notice(what: Notice) -> str:
    """A page of words."""
    return _TEMPLATES.get_template("notice.html").render(notice=what)


def doorway() -> str:
    """What the link opens: goes on to the first page. Not an HTTP redirect, which would count as coming from
    wherever the link stood, and then browsers hold back the cookies that find a visitor again."""
    return _TEMPLATES.get_template("doorway.html").render()


def anew() -> str:
    """Asks before this browser forgets who was here."""
    return _TEMPLATES.get_template("anew.html").render()
