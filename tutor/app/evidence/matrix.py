"""The confusion matrix as a heat table: counts, rates of the row, and the rates everybody asks for. Pure."""

from __future__ import annotations

from textual.content import Content

from tutor.app.evidence.grid import wrap
from tutor.app.themes import HEAT_STEPS
from tutor.engine.records import ConfusionMatrix
from tutor.engine.tabular import share, short

# The share of the row as a height, for those who see no shades.
_LEVELS = "▁▂▃▄▅▆▇█"
MOST_CELL = 24


def heat(part: int, whole: int) -> int:
    """The shade of a share, 0 to HEAT_STEPS - 1."""
    return min(HEAT_STEPS - 1, int(HEAT_STEPS * part / whole)) if whole else 0


def confusion(body: ConfusionMatrix, width: int, *, low: bool = False) -> Content:
    """The matrix in `width` cells: two rows of what is true, two columns of what the model calls it. `low`
    leaves out the lines that only give it air."""
    positives, negatives = body.tp + body.fn, body.fp + body.tn
    side = max(10, min(width // 3, 2 + max(len(body.positive), len(body.negative), len("actually"))))
    cell = max(12, min(MOST_CELL, (width - side - 2) // 2))
    lines = [
        Content.assemble(
            " " * (side + 1),
            (_centre(f"called {body.positive}", cell), "$text-muted"),
            " ",
            (_centre(f"called {body.negative}", cell), "$text-muted"),
        )
    ]
    for name, counts, whole in (
        (body.positive, (body.tp, body.fn), positives),
        (body.negative, (body.fp, body.tn), negatives),
    ):
        labels = ["", "actually", _cut(name, side), f"{whole:,} in all"[:side], ""]
        if low:
            labels = [_cut(name, side), f"{whole:,} in all"[:side]]
        faces = [_face(count, whole, cell, low=low) for count in counts]
        for i, label in enumerate(labels):
            parts: list[tuple[str, str]] = [(label.ljust(side) + " ", "$text-muted")]
            for count, face in zip(counts, faces, strict=True):
                shade = f"$heat-{heat(count, whole)}"
                parts += [(face[i], f"{'bold ' if i == (not low) else ''}$foreground on {shade}"), (" ", "")]
            lines.append(Content.assemble(*parts[:-1]))
        if not low:
            lines.append(Content(""))
    flagged = body.tp + body.fp
    every = positives + negatives
    rates = (
        ("recall", share(body.tp, positives)),
        ("precision", share(body.tp, flagged)),
        ("accuracy", share(body.tp + body.tn, every)),
        ("threshold", short(body.threshold)),
    )
    text = "   ".join(f"{label}\u00a0{value}" for label, value in rates)
    lines += [Content(line) for line in wrap(text, width)]
    return Content("\n").join(lines)


def _face(count: int, whole: int, width: int, *, low: bool) -> list[str]:
    level = _LEVELS[min(len(_LEVELS) - 1, int(len(_LEVELS) * count / whole))] if whole else " "
    rate = f"{share(count, whole)} {level}"
    told, air = [_centre(f"{count:,}", width), _centre(rate, width)], " " * width
    return told if low else [air, *told, air, air]


def _centre(text: str, width: int) -> str:
    return _cut(text, width).center(width)


def _cut(text: str, width: int) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"
