"""What goes into the engine and what comes out: frozen records, JSON on the wire, nothing heavy to import.

A `RunRequest` goes to the engine's child process; a stream of `Progress` comes back while it trains, then one
`Finished` (or `Failed`). A `Run` holds *facts* (nested plain values, for templates and signatures) and
*exhibits* (what a learner looks at).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Scalar = bool | int | float | str
Cell = bool | int | float | str | None


class Record(BaseModel):
    """A frozen value that survives a trip through JSON unchanged."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class RunRequest(Record):
    """One simulated run: the engine's name, its settings (those left out keep their defaults) and a seed."""

    engine: str
    settings: Mapping[str, Scalar] = Field(default_factory=dict)
    seed: Annotated[int, Field(ge=0, le=2**31 - 1)] = 0


# ---------------------------------------------------------------- exhibits


class Line(Record):
    """One named series. `y` is None where the value is not a finite number (the run left the chart)."""

    name: str
    x: tuple[float, ...]
    y: tuple[float | None, ...]


class Mark(Record):
    """A labelled vertical position on a chart, such as the best epoch."""

    x: float
    label: str


class Lines(Record):
    """Series over a common axis: loss curves, gradient norms, ROC, reliability diagram, monthly series."""

    kind: Literal["lines"] = "lines"
    x_label: str
    y_label: str
    lines: tuple[Line, ...]
    y_scale: Literal["linear", "log"] = "linear"
    marks: tuple[Mark, ...] = ()
    diagonal: bool = False  # draw y = x as the reference (ROC, reliability)


class ConfusionMatrix(Record):
    """Counts at one threshold. `positive` names the class the model flags."""

    kind: Literal["confusion_matrix"] = "confusion_matrix"
    positive: str
    negative: str
    threshold: float
    tp: int
    fn: int
    fp: int
    tn: int


class SweepPoint(Record):
    """The confusion matrix at one threshold, and what its errors cost (None where no costs are given)."""

    threshold: float
    tp: int
    fn: int
    fp: int
    tn: int
    cost: float | None = None


class Sweep(Record):
    """Confusion matrices over thresholds, ascending; what a threshold slider moves through."""

    kind: Literal["sweep"] = "sweep"
    positive: str
    negative: str
    points: tuple[SweepPoint, ...]
    current: float  # the threshold in use
    cost_unit: str = ""


class Column(Record):
    """A table column; `format` says how to print its numbers."""

    title: str
    format: Literal["text", "integer", "decimal", "percent", "significant"] = "text"


class Table(Record):
    """Rows of cells: a batch with its labels, a drift table, a subgroup table."""

    kind: Literal["table"] = "table"
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]


class Bar(Record):
    label: str
    value: float


class Bars(Record):
    """Named values against limits, such as the population stability index by feature."""

    kind: Literal["bars"] = "bars"
    value_label: str
    bars: tuple[Bar, ...]
    limits: tuple[Mark, ...] = ()


class CardItem(Record):
    label: str
    value: str


class Card(Record):
    """A sheet of labelled facts, such as a run's configuration."""

    kind: Literal["card"] = "card"
    items: tuple[CardItem, ...]


Body = Annotated[
    Lines | ConfusionMatrix | Sweep | Table | Bars | Card,
    Field(discriminator="kind"),
]


class Exhibit(Record):
    """One piece of evidence: its name in the engine, a default title, one sentence that says what it shows
    (computed from the same numbers, neutral: it describes and never diagnoses), and the body."""

    name: str
    title: str
    summary: str
    body: Body


class Figure(Record):
    """One headline number of a run, by which two runs are compared (a lab table's column)."""

    name: str
    label: str
    value: float | None
    format: Literal["integer", "decimal", "percent", "significant"] = "decimal"
    better: Literal["higher", "lower", "neither"] = "neither"


class Outcome(Record):
    """What a simulation yields last: facts (nested plain values, JSON-able, None where not finite), headline
    figures and exhibits."""

    facts: Mapping[str, Any]
    headline: tuple[Figure, ...]
    exhibits: tuple[Exhibit, ...]


class Run(Record):
    """A finished run. `facts` are nested plain values: `facts["config"]["learning_rate"]`, ..."""

    request: RunRequest
    facts: Mapping[str, Any]
    headline: tuple[Figure, ...]
    exhibits: tuple[Exhibit, ...]
    seconds: float

    def exhibit(self, name: str) -> Exhibit:
        """The exhibit of that name; KeyError when the run has none."""
        for exhibit in self.exhibits:
            if exhibit.name == name:
                return exhibit
        raise KeyError(name)


# ---------------------------------------------------------------- the stream


class Progress(Record):
    """A point of the run so far: `done` of `total` epochs (or steps, months), and the values measured there.
    A value that is not finite is None."""

    kind: Literal["progress"] = "progress"
    unit: Literal["epoch", "step", "month", "fit"] = "epoch"
    done: int
    total: int
    values: Mapping[str, float | None] = Field(default_factory=dict)


class Finished(Record):
    kind: Literal["finished"] = "finished"
    run: Run


class Failed(Record):
    """The request could not be carried out; `message` is for a person, `setting` names what was wrong."""

    kind: Literal["failed"] = "failed"
    message: str
    setting: str | None = None


class Ready(Record):
    """The child's first words: everything slow to import is imported."""

    kind: Literal["ready"] = "ready"


Message = Annotated[Progress | Finished | Failed, Field(discriminator="kind")]
