"""Drawings are pure: exact sizes, every value in its place, gaps shown as gaps."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.app_kit import CURVES, assert_snapshot
from tutor.app.evidence.chart import DASHES, chart
from tutor.app.evidence.draw import draw, in_use, point_under
from tutor.app.evidence.grid import grid
from tutor.app.evidence.live import curve
from tutor.app.evidence.matrix import heat
from tutor.app.themes import HEAT_STEPS
from tutor.engine.records import (
    Bar,
    Bars,
    Body,
    Card,
    CardItem,
    Column,
    ConfusionMatrix,
    Exhibit,
    Line,
    Lines,
    Mark,
    Progress,
    Sweep,
    SweepPoint,
    Table,
)
from tutor.engine.tabular import TextTable
from tutor.reports.axes import linear, logarithmic

SWEEP = Sweep(
    positive="fraud",
    negative="legitimate",
    points=tuple(
        SweepPoint(threshold=i / 10, tp=100 - 9 * i, fn=9 * i, fp=(10 - i) ** 2, tn=900 - (10 - i) ** 2)
        for i in range(11)
    ),
    current=0.5,
)
RELIABILITY = Lines(
    x_label="predicted",
    y_label="observed",
    lines=(Line(name="model", x=(0.1, 0.3, 0.5, 0.7, 0.9), y=(0.05, 0.2, 0.4, 0.65, 0.92)),),
    diagonal=True,
)
SMOOTH = Lines(
    x_label="epoch",
    y_label="loss",
    lines=(
        Line(name="training", x=tuple(range(21)), y=tuple(0.7 * 0.85**i for i in range(21))),
        Line(
            name="validation", x=tuple(range(21)), y=tuple(0.7 * 0.8**i + 0.01 * i + 0.1 for i in range(21))
        ),
    ),
    marks=(Mark(x=11, label="lowest validation loss"),),
)
BODIES: dict[str, Body] = {
    "exploding": CURVES,
    "smooth": SMOOTH,
    "reliability": RELIABILITY,
    "matrix": ConfusionMatrix(
        positive="fraud", negative="legitimate", threshold=0.5, tp=2, fn=142, fp=1, tn=3455
    ),
    "sweep": SWEEP,
    "table": Table(
        columns=(Column(title="payment"), Column(title="amount", format="decimal"), Column(title="label")),
        rows=(("online, electronics, a new device", 812.0, "fraud"), ("groceries", 12.5, None)),
    ),
    "bars": Bars(
        value_label="population stability index",
        bars=(Bar(label="income", value=0.31), Bar(label="age", value=0.02), Bar(label="years", value=0.13)),
        limits=(Mark(x=0.1, label="watch"), Mark(x=0.25, label="act")),
    ),
    "card": Card(items=(CardItem(label="learning rate", value="3.0, constant, and " + "long " * 12),)),
}


def exhibit(body: Body) -> Exhibit:
    return Exhibit(name="x", title="X", summary="S.", body=body)


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("width", [40, 72])
def test_every_kind_as_it_was_looked_at(name: str, width: int) -> None:
    drawn = draw(exhibit(BODIES[name]), width, 26).plain
    assert_snapshot(f"drawing_{name}_{width}", "\n".join(line.rstrip() for line in drawn.split("\n")))


@pytest.mark.parametrize("name", BODIES)
@pytest.mark.parametrize("width", [40, 64, 120])
@pytest.mark.parametrize("as_table", [False, True])
def test_nothing_is_wider_than_its_place(name: str, width: int, as_table: bool) -> None:
    drawn = draw(exhibit(BODIES[name]), width, 30, as_table=as_table)
    assert max(map(len, drawn.plain.split("\n"))) <= width


values = st.one_of(st.none(), st.floats(-1e9, 1e9), st.floats(1e-9, 1e-3))


@given(
    st.lists(st.lists(values, min_size=1, max_size=30), min_size=1, max_size=5),
    st.sampled_from(["linear", "log"]),
    st.booleans(),
    st.integers(30, 120),
    st.integers(14, 40),
)
def test_any_series_fills_exactly_its_place(
    series: list[list[float | None]], scale: str, diagonal: bool, width: int, height: int
) -> None:
    lines = tuple(
        Line(name=f"series {i}", x=tuple(map(float, range(len(y)))), y=tuple(y)) for i, y in enumerate(series)
    )
    body = Lines.model_validate(
        {"x_label": "x", "y_label": "y", "lines": lines, "y_scale": scale, "diagonal": diagonal}
    )
    drawn = chart(body, width, height).plain.split("\n")
    assert len(drawn) == height
    assert max(map(len, drawn)) <= width


def test_a_run_that_leaves_the_chart_says_where() -> None:
    drawn = chart(CURVES, 60, 16).plain
    assert drawn.count("✕") >= 3, "in the legend of both, and on the chart"
    assert "leaves the chart at epoch 3" in " ".join(drawn.split())
    assert "(log)" in drawn


def test_series_differ_without_colour() -> None:
    assert len({d.sample for d in DASHES}) == len(DASHES)
    patterns = {tuple(d.inked(n) for n in range(60)) for d in DASHES}
    assert len(patterns) == len(DASHES)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=20), st.integers(3, 12))
def test_ticks_stand_on_the_axis(points: list[float], most: int) -> None:
    axis = linear(points, most)
    assert all(-1e-6 <= axis.at(tick) <= 1 + 1e-6 for tick, _ in axis.ticks)
    assert len(axis.ticks) <= most + 2
    assert all(-1e-9 <= axis.at(p) <= 1 + 1e-9 for p in points)


@given(st.lists(st.floats(1e-9, 1e12), min_size=1, max_size=20), st.integers(3, 12))
def test_logarithmic_ticks_stand_on_the_axis(points: list[float], most: int) -> None:
    axis = logarithmic(points, most)
    assert 1 <= len(axis.ticks) <= most
    assert all(-1e-6 <= axis.at(tick) <= 1 + 1e-6 for tick, _ in axis.ticks)


def test_ticks_read_well() -> None:
    assert [label for _, label in linear([0.0, 1.0], 6).ticks] == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert [label for _, label in linear([0, 20], 5, pad=False).ticks] == ["0", "5", "10", "15", "20"]
    assert [label for _, label in logarithmic([0.9, 1100.0], 5).ticks] == ["1", "10", "100", "1,000"]


def test_the_slider_starts_at_the_threshold_in_use_and_moves_the_matrix() -> None:
    assert SWEEP.points[in_use(SWEEP)].threshold == 0.5
    there = draw(exhibit(SWEEP), 70, 34).plain
    lower = draw(exhibit(SWEEP), 70, 34, at=2).plain
    assert "0.500 (in use)" in there
    assert "recall\u00a055.0%" in there
    assert "recall\u00a082.0%" in lower
    assert "(in use)" not in lower


@pytest.mark.parametrize(("width", "height"), [(70, 34), (100, 20), (46, 18)])
def test_a_click_on_the_mark_finds_its_own_threshold(width: int, height: int) -> None:
    for at in range(0, len(SWEEP.points), 3):
        lines = draw(exhibit(SWEEP), width, height, at=at).plain.split("\n")
        column = next(line.index("┊") for line in lines if "┊" in line)
        found = point_under(SWEEP, width, height, at, column)
        assert found is not None
        assert abs(SWEEP.points[found].threshold - SWEEP.points[at].threshold) < 0.05
    assert point_under(SWEEP, 100, 20, 0, 95) is None, "there is the matrix"


def test_heat_has_a_shade_for_every_share() -> None:
    assert [heat(part, 100) for part in (0, 19, 20, 50, 99, 100)] == [
        0,
        0,
        1,
        2,
        HEAT_STEPS - 1,
        HEAT_STEPS - 1,
    ]
    assert heat(0, 0) == 0


def test_text_columns_give_way_before_numbers() -> None:
    table = TextTable(
        ("what", "how much"), (("a rather long description of it", "1,234,567"),), (False, True)
    )
    lines = grid(table, 26).plain.split("\n")
    assert max(map(len, lines)) <= 26
    assert "1,234,567" in "\n".join(lines)


def test_a_table_that_does_not_fit_goes_on_below_and_breaks_no_word() -> None:
    headers = ("feature", "when it is filled in", "share", "correlation", "mean")
    row = ("payments_last_hour", "with the payment", "12.5%", "-0.036", "1,234.5")
    lines = grid(TextTable(headers, (row, row), (False, False, True, True, True)), 40).plain.split("\n")
    assert max(map(len, lines)) <= 40
    assert sum("payments_last_hour" in line for line in lines) == 4, "two rows, in two blocks"
    for cell in ("12.5%", "-0.036", "1,234.5"):
        assert sum(cell in line for line in lines) == 2


def told(unit: str, done: int, **measured: float | None) -> Progress:
    return Progress.model_validate({"unit": unit, "done": done, "total": 10, "values": measured})


def test_the_live_curve_goes_by_step_until_there_are_two_epochs() -> None:
    assert curve([]) is None
    steps = [told("step", i, train_loss=1 / i, gradient_norm=5.0) for i in (1, 2, 3)]
    found = curve([*steps, told("epoch", 1, train_loss=0.3, val_loss=0.4)])
    assert found is not None
    assert found[0].x_label == "step"
    found = curve([*steps, *(told("epoch", i, train_loss=0.3, val_loss=None) for i in (1, 2))])
    assert found is not None
    body, until = found
    assert (body.x_label, until) == ("epoch", 10.0)
    assert [line.name for line in body.lines] == ["training loss", "validation loss"]
    assert body.lines[1].y == (None, None)
    falling = [told("epoch", i, train_loss=0.3, val_loss=abs(i - 2) + 0.1) for i in (1, 2, 3)]
    found = curve(falling)
    assert found is not None
    assert [(mark.x, mark.label) for mark in found[0].marks] == [(2.0, "lowest validation loss")]
