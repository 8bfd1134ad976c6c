"""An experiment beside the run it departs from: one sentence and a table, computed from the two.

Says what changed, never why, and calls a figure better or worse only by the direction its engine declared.
"""

from __future__ import annotations

from typing import Literal

from tutor.engine.levers import resolve_request
from tutor.engine.records import Figure, Record, Run, Scalar

FIGURES_IN_SENTENCE = 4
Format = Literal["integer", "decimal", "percent", "significant"]


class Change(Record):
    """One setting that differs."""

    setting: str
    before: Scalar
    after: Scalar


class Compared(Record):
    """One headline figure in both runs; `outcome` is neutral where no direction is better or a value is
    missing, and same where the two cannot be told apart as printed."""

    name: str
    label: str
    before: float | None
    after: float | None
    format: Format
    outcome: Literal["better", "worse", "same", "neutral"]


class Comparison(Record):
    changes: tuple[Change, ...]
    figures: tuple[Compared, ...]
    sentence: str


def compare(baseline: Run, experiment: Run) -> Comparison:
    """Compare two runs of one engine; ValueError for runs of different engines."""
    if baseline.request.engine != experiment.request.engine:
        raise ValueError(
            f"a {experiment.request.engine} run cannot be compared with a {baseline.request.engine} run"
        )
    changes = changed_settings(baseline, experiment)
    before = {figure.name: figure for figure in baseline.headline}
    figures = tuple(
        compared(before[figure.name], figure) for figure in experiment.headline if figure.name in before
    )
    what = ", ".join(f"{in_words(c.setting)} {setting(c.before)} → {setting(c.after)}" for c in changes)
    if baseline.request.seed != experiment.request.seed:
        what = ", ".join(filter(None, [what, f"seed {baseline.request.seed} → {experiment.request.seed}"]))
    told = [clause(figure) for figure in figures if figure.after is not None][:FIGURES_IN_SENTENCE]
    parts = [part for part in (breaking_off(baseline, experiment), *told) if part]
    sentence = f"{what or 'nothing changed'}: {'; '.join(parts) or 'neither run gives a figure'}."
    return Comparison(changes=changes, figures=figures, sentence=sentence[0].upper() + sentence[1:])


def changed_settings(baseline: Run, experiment: Run) -> tuple[Change, ...]:
    """Settings that differ, defaults filled in, in the order of the settings class."""
    before = resolve_request(baseline.request).model_dump(mode="json")
    after = resolve_request(experiment.request).model_dump(mode="json")
    return tuple(
        Change(setting=name, before=before[name], after=after[name])
        for name in after
        if before[name] != after[name]
    )


def compared(before: Figure, after: Figure) -> Compared:
    outcome: Literal["better", "worse", "same", "neutral"] = "neutral"
    if before.value is not None and after.value is not None:
        if shown(before.value, after.format) == shown(after.value, after.format):
            outcome = "same"
        elif after.better != "neither":
            outcome = "better" if (after.value > before.value) == (after.better == "higher") else "worse"
    return Compared(
        name=after.name,
        label=after.label,
        before=before.value,
        after=after.value,
        format=after.format,
        outcome=outcome,
    )


def breaking_off(baseline: Run, experiment: Run) -> str:
    """What happened to a loss that left the chart, in either run."""
    before = baseline.facts.get("first_nonfinite_step")
    after = experiment.facts.get("first_nonfinite_step")
    match before, after:
        case None, None:
            return ""
        case _, None:
            return f"the loss left the chart at step {before} before and now stays on it"
        case None, _:
            return f"the loss now leaves the chart at step {after}"
        case _:
            return f"the loss still leaves the chart, at step {after} (before: {before})"


def clause(figure: Compared) -> str:
    after = shown(figure.after, figure.format)
    if figure.before is None:
        return f"{figure.label} is now {after}"
    if figure.outcome == "same":
        return f"{figure.label} stays at {after}"
    return f"{figure.label} {shown(figure.before, figure.format)} → {after}"


def shown(value: float | None, form: Format) -> str:
    """A figure as it is printed; a dash where there is none."""
    if value is None:
        return "–"
    return {
        "integer": f"{value:,.0f}",
        "decimal": f"{value:.3f}",
        "percent": f"{value:.1%}",
        "significant": f"{value:.3g}",
    }[form]


def setting(value: Scalar) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return f"{value:g}" if isinstance(value, float) else f"{value:,}" if isinstance(value, int) else value


def in_words(name: str) -> str:
    return name.replace("_", " ")
