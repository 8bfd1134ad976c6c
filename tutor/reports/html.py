"""A report as one HTML file that needs nothing else: styles and charts inside, no script, no address. Pure.

What people and models wrote is escaped by the template, or rendered as Markdown without HTML, links or
images.
"""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

from tutor.engine.tabular import tabulate
from tutor.reports.report import Report
from tutor.reports.review import FLAWLESS, GLYPHS
from tutor.reports.svg import picture

_OFF = ["link", "image", "autolink", "html_inline", "html_block", "entity", "reference"]


def page(report: Report) -> str:
    """The whole page."""
    markdown = MarkdownIt("commonmark", {"html": False}).disable(_OFF, ignoreInvalid=True)
    environment = Environment(
        loader=PackageLoader("tutor.reports", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["markdown"] = lambda text: Markup(markdown.render(text))  # noqa: S704
    environment.filters["picture"] = lambda exhibit: Markup(picture(exhibit))  # noqa: S704
    environment.filters["table"] = tabulate
    return environment.get_template("report.html").render(report=report, glyphs=GLYPHS, flawless=FLAWLESS)
