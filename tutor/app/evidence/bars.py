"""Named values as bars, with the limits they are judged against. Pure."""

from __future__ import annotations

from textual.content import Content

from tutor.engine.records import Bars, Mark
from tutor.engine.tabular import short

_EIGHTHS = " ▏▎▍▌▋▊▉"
FULL = "█"


def bars(body: Bars, width: int) -> Content:
    """One bar a line, a limit as a dotted line through all of them; what passes a limit says which."""
    names = max((len(b.label) for b in body.bars), default=1)
    names = max(4, min(names, width // 3))
    limits = sorted(body.limits, key=lambda m: m.x)
    values = max((len(short(b.value)) for b in body.bars), default=1)
    room = max(8, width - names - values - 3 - len(limits))
    top = max([b.value for b in body.bars] + [m.x for m in limits] + [0.0]) or 1.0
    columns = {min(room - 1, round(m.x / top * (room - 1))): m for m in limits}
    lines = [Content.styled(body.value_label, "$text-muted")]
    for column, mark in columns.items():
        label = mark.label if _says(mark) else f"{mark.label} ({short(mark.x)})"
        text = f"▾ {label}" if column + len(label) + 2 <= room else f"{label} ▾".rjust(column + 1)
        pad = column if text.startswith("▾") else 0
        lines.append(Content.styled(" " * (names + 1 + pad) + text, "$case"))
    for bar in body.bars:
        passed = sum(bar.value >= m.x for m in limits)
        style = ("$series-2", "$series-1", "$challenge")[min(passed, 2)]
        drawn = _bar(bar.value / top, room)
        parts: list[tuple[str, str]] = [(_name(bar.label, names) + " ", "")]
        for column, char in enumerate(drawn):
            over = char == " " and column in columns
            parts.append(("┊", "$case") if over else (char, style))
        parts += [(" " + short(bar.value).rjust(values), ""), (" " + "!" * passed, "bold $challenge")]
        lines.append(Content.assemble(*parts))
    return Content("\n").join(lines)


def _says(mark: Mark) -> bool:
    """Whether a label is the number itself."""
    try:
        return float(mark.label) == mark.x
    except ValueError:
        return False


def _bar(part: float, room: int) -> str:
    eighths = round(max(0.0, min(1.0, part)) * room * 8)
    whole, rest = divmod(eighths, 8)
    return (FULL * whole + (_EIGHTHS[rest] if rest else "")).ljust(room)[:room]


def _name(text: str, width: int) -> str:
    text = " ".join(text.split())
    return (text if len(text) <= width else text[: width - 1] + "…").ljust(width)
