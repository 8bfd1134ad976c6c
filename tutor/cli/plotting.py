"""A line chart of two runs as a file, for `tutor lab --plot`."""

from __future__ import annotations

from pathlib import Path

from tutor.engine.records import Exhibit, Lines
from tutor.errors import TutorError

COLOURS = ("#0b62a4", "#c8501e", "#3a7d34", "#7a3e9d", "#8a6d00", "#00798c")


def plot(baseline: Exhibit, experiment: Exhibit, path: Path) -> None:
    """Draws the experiment solid over the dashed baseline. TutorError when the file cannot be written."""
    import matplotlib as mpl

    mpl.use("agg")
    from matplotlib import pyplot as plt

    if not isinstance(baseline.body, Lines) or not isinstance(experiment.body, Lines):
        raise TutorError(f"{baseline.name} is no line chart")
    figure, axes = plt.subplots(figsize=(8, 4.5), layout="constrained")
    for body, label, style, strength in (
        (baseline.body, "baseline", "--", 0.55),
        (experiment.body, "experiment", "-", 1.0),
    ):
        for line, colour in zip(body.lines, COLOURS * 4, strict=False):
            ys = [float("nan") if y is None else y for y in line.y]
            axes.plot(line.x, ys, style, color=colour, alpha=strength, label=f"{line.name}, {label}")
    if baseline.body.diagonal:
        axes.plot([0, 1], [0, 1], color="grey", linewidth=0.8)
    axes.set_yscale(baseline.body.y_scale)
    axes.set(xlabel=baseline.body.x_label, ylabel=baseline.body.y_label, title=baseline.title)
    axes.grid(alpha=0.25)
    axes.legend(frameon=False, fontsize="small")
    try:
        figure.savefig(path)
    except OSError as error:
        raise TutorError(f"{path} cannot be written: {error.strerror or error}") from error
    finally:
        plt.close(figure)
