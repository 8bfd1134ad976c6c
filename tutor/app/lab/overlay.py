"""A trial over the run as it was, on one chart. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from tutor.app.evidence.live import curve
from tutor.engine.records import Line, Lines, Progress, Run

MOST = 2  # series of each run: more cannot be told apart


def overlay(
    baseline: Sequence[Progress], told: Sequence[Progress], before: Run, after: Run | None
) -> tuple[Lines, tuple[Line, ...], float | None] | None:
    """The trial's lines, the same lines of the run as it was, and how far the x axis must reach.

    From what the runs tell while they train, where that makes a curve; else from the first chart that moved,
    once the trial is over. None while there is nothing to draw.
    """
    live = curve(told)
    if live is not None and len(live[0].lines[0].x) > 1 and live[0].x_label != "fit":
        body, until = live
        past = curve([p for p in baseline if p.unit == body.x_label and p.values])
        lines = past[0].lines if past else ()
        return _shared(body, lines, max([until, *(line.x[-1] for line in lines if line.x)]))
    if after is None:
        return None
    for exhibit in after.exhibits:
        old = next((e for e in before.exhibits if e.name == exhibit.name), None)
        if isinstance(exhibit.body, Lines) and old is not None and isinstance(old.body, Lines):
            if exhibit.body == old.body:
                continue  # nothing of this chart moved; another one may show what did
            return _shared(exhibit.body, old.body.lines, None)
    return None


def _shared(
    body: Lines, past: Sequence[Line], until: float | None
) -> tuple[Lines, tuple[Line, ...], float | None]:
    kept = body.lines[:MOST]
    names = {line.name for line in kept}
    under = tuple(line for line in past if line.name in names)
    known = [v for line in (*kept, *under) for v in line.y if v is not None]
    wide = body.y_scale == "log" or (bool(known) and min(known) > 0 and max(known) / min(known) > 50)
    return body.model_copy(update={"lines": kept, "y_scale": "log" if wide else "linear"}), under, until
