"""The formats a report can be written in: one table. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from pydantic import TypeAdapter

from tutor.reports import html
from tutor.reports.markdown import report_text
from tutor.reports.report import Report

_ADAPTER: TypeAdapter[Report] = TypeAdapter(Report)


def as_json(report: Report) -> str:
    """Everything in the report, for programs."""
    return _ADAPTER.dump_json(report, indent=2).decode() + "\n"


FORMATS: Mapping[str, Callable[[Report], str]] = {"md": report_text, "html": html.page, "json": as_json}
