"""Review and report as Markdown. Pure."""

from __future__ import annotations

from tutor.engine.records import Exhibit
from tutor.engine.tabular import tabulate
from tutor.reports.report import Passage, Report
from tutor.reports.review import FLAWLESS, GLYPHS, Line, Review


def review_text(title: str, shown: Review) -> str:
    """The debrief: the cause, then stage by stage with the learner's own words."""
    parts = [
        f"# Debrief: {title}",
        shown.early,
        f"**What was planted:** {shown.cause} ({shown.variant}, seed {shown.seed})",
        shown.story,
        ", ".join(t.replace("\u00a0", " ") for t in shown.tally) + ".",
    ]
    for stage in shown.stages:
        parts += [f"## {stage.title}", "\n".join(map(_line, stage.lines))]
    if shown.experiments:
        parts += ["## Experiments", "\n".join(f"- {text}" for text in shown.experiments)]
    if shown.unseen:
        parts.append(f"Evidence you never asked for: {', '.join(shown.unseen)}.")
    if shown.sure:
        parts.append(f"How sure, how right: {shown.sure}".replace("\u00a0", " "))
    parts += [FLAWLESS if shown.flawless else "", _cards("Cards to read", shown.read)]
    parts.append(_cards("Further reading", shown.further))
    return "\n\n".join(filter(None, parts))


def _cards(heading: str, cards: tuple[tuple[str, str], ...]) -> str:
    return f"{heading}: {'; '.join(f'{title} ({name})' for name, title in cards)}." if cards else ""


def _line(line: Line) -> str:
    quote = f"“{' '.join(line.quote.split())}”" if line.quote else ""
    answer = f"You answered: “{line.answer}”" if line.answer else ""
    words = " ".join(filter(None, [line.lead, " ".join(line.text.split()), quote, answer]))
    return f"- {GLYPHS[line.sort]} {words}".replace("\u00a0", " ")


def report_text(found: Report) -> str:
    """The whole session: the brief, the conversation, the evidence as tables, the debrief."""
    state = "finished" if found.finished else "not finished; what is planted stays sealed"
    if found.review is not None and found.review.early:
        state = "ended early"
    parts = [
        f"# {found.title}",
        f"{found.begun:%Y-%m-%d %H:%M} UTC, session {found.session}, {state}.",
        f"You were {found.you}.",
        found.brief,
        "## The conversation",
        *(_passage(p, found.consultant) for p in found.passages),
        *_notebook(found),
        "## The evidence",
        *(_exhibit(e) for e in found.exhibits),
    ]
    if found.review is not None:
        parts.append(
            review_text(found.title, found.review).replace("\n## ", "\n### ").replace("# D", "## D", 1)
        )
    return "\n\n".join(filter(None, parts)) + "\n"


def _notebook(found: Report) -> list[str]:
    facts = "\n".join(f"- {about}: {answer}" for about, answer in found.facts)
    parts = [facts and f"Found out:\n\n{facts}", found.notes and f"Notes:\n\n{_quoted(found.notes)}"]
    return ["## The notebook", *parts] if any(parts) else []


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}".rstrip() for line in text.strip().splitlines())


def _passage(passage: Passage, consultant: str) -> str:
    text = passage.text.strip()
    match passage.who:
        case "learner":
            return f"**You** (message {passage.turn})\n\n{_quoted(text)}"
        case "consultant":
            heading = f"**{consultant}**" + (f" · {passage.label}" if passage.label else "")
            notes = [f"*{passage.note}*"] if passage.note else []
            if passage.disputed is not None:
                notes.append("*You marked this as unfair.*")
            return "\n\n".join([heading, text, *notes])
        case "lab":
            return f"*Lab:* {text}"
        case "case":
            return f"*{text}*"


def _exhibit(exhibit: Exhibit) -> str:
    table = tabulate(exhibit)
    rows = [table.headers, tuple("---:" if n else "---" for n in table.numeric), *table.rows]
    lines = [
        "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ") for cell in row) + " |" for row in rows
    ]
    return "\n".join([f"### {exhibit.title}", "", exhibit.summary, "", *lines])
