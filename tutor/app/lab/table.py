"""All experiments of a session in one table, the run as it was on top. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tutor.app.lab.bench import State, Trial
from tutor.engine.compare import compared, shown
from tutor.engine.records import Figure

MOST_FIGURES = 4
ARROWS = {"better": "▲", "worse": "▼", "same": "=", "neutral": " "}
AS_BEFORE = "  "  # where the other rows have an arrow
STATES: dict[State, str] = {
    State.WAITS: "waits",
    State.RUNS: "runs …",
    State.CANCELLED: "cancelled",
    State.FAILED: "failed",
}


@dataclass(frozen=True)
class Sheet:
    """Headers and rows; the first row is the run as it was, the others are the trials in order."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def sheet(baseline: Sequence[Figure], trials: Sequence[Trial], *, clock: bool) -> Sheet:
    """The table. Figures that some experiment moved come before those that none did; an arrow says whether a
    figure is better (▲) or worse (▼) than in the run as it was."""
    chosen = _chosen(baseline, trials)
    hours = ("hours",) if clock else ()
    headers = ("", "what was changed", *hours, *(f.label for f in chosen))
    first = ("", "as it was", *("" for _ in hours), *(shown(f.value, f.format) + AS_BEFORE for f in chosen))
    rows = [first]
    for trial in trials:
        cost = (f"{trial.hours:g}",) if clock else ()
        rows.append((str(trial.number), trial.words, *cost, *_cells(trial, chosen)))
    return Sheet(headers, tuple(rows))


PADDING = 2  # cells that a column takes beside its text
MOST_HEADER, LEAST_WORDS, MOST_WORDS = 12, 20, 72


@dataclass(frozen=True)
class Fitted:
    """A sheet cut to a width: how wide each column is, and which are numbers."""

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    widths: tuple[int, ...]
    numeric: tuple[bool, ...]


def fit(found: Sheet, width: int) -> Fitted:
    """The sheet in `width` cells: figures keep their digits and the words give way; where even that does not
    fit, the last figures go."""
    columns = len(found.headers)
    cells = [max(len(row[i]) for row in found.rows) for i in range(columns)]
    longest = [max((len(word) for word in h.split()), default=0) for h in found.headers]
    wide = [
        max(c, w, min(len(h), MOST_HEADER)) for c, w, h in zip(cells, longest, found.headers, strict=True)
    ]
    while columns > 3 and wide[0] + sum(wide[2:columns]) + PADDING * columns + LEAST_WORDS > width:
        columns -= 1
    left = width - wide[0] - sum(wide[2:columns]) - PADDING * columns
    words = max(LEAST_WORDS, min(left, wide[1], MOST_WORDS))
    widths = (wide[0], words, *wide[2:columns])
    rows = tuple((row[0], _cut(row[1], words), *row[2:columns]) for row in found.rows)
    return Fitted(found.headers[:columns], rows, widths, (True, False, *(True for _ in widths[2:])))


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _chosen(baseline: Sequence[Figure], trials: Sequence[Trial]) -> list[Figure]:
    moved: dict[str, None] = {}
    before = {f.name: f for f in baseline}
    for trial in trials:
        for figure in trial.event.figures if trial.event else ():
            old = before.get(figure.name)
            if old is not None and _moved(old, figure):
                moved[figure.name] = None
    first = [f for f in baseline if f.name in moved]
    rest = [f for f in baseline if f.name not in moved and f.value is not None]
    return (first + rest)[:MOST_FIGURES]


def _moved(old: Figure, new: Figure) -> bool:
    return old.value != new.value and compared(old, new).outcome != "same"


def _cells(trial: Trial, chosen: Sequence[Figure]) -> tuple[str, ...]:
    if trial.event is None:
        state = STATES.get(trial.state, "")
        return (state, *("" for _ in chosen[1:])) if chosen else ()
    after = {f.name: f for f in trial.event.figures}
    cells = []
    for old in chosen:
        new = after.get(old.name)
        if new is None:
            cells.append("")
            continue
        cells.append(f"{shown(new.value, new.format)} {ARROWS[compared(old, new).outcome]}")
    return tuple(cells)
