"""The debrief in words, for `tutor chat` and for exports."""

from __future__ import annotations

from tutor.conversation import Conversation
from tutor.dialogue.calibration import brier
from tutor.dialogue.debrief import Debrief, StageReport
from tutor.scenario.cards import about, of_scenario
from tutor.scenario.templates import render


def debrief_text(talk: Conversation, report: Debrief) -> str:
    """The review of a session in Markdown: the cause, then stage by stage with the learner's own words."""
    variant = talk.scenario.variants[report.variant]
    facts = talk.run.facts
    parts = [
        f"# Debrief: {talk.scenario.title}",
        f"**What was planted:** {render(variant.cause, facts)} ({report.variant}, seed {talk.session.seed})",
        render(variant.debrief, facts),
    ]
    if not report.complete:
        parts.append("You ended before the last stage was done.")
    parts += [_stage(talk, stage) for stage in report.stages]
    unseen = [talk.scenario.exhibits[name].title for name in report.never_opened]
    if unseen:
        parts.append(f"Evidence you never asked for: {', '.join(unseen)}.")
    trouble = [c.idea for s in report.stages for c in s.challenged]
    read = about([*(i for ideas in report.missed for i in ideas), *trouble], talk.scenario)
    names = [f"{c.title} ({c.name})" for c in read or of_scenario(talk.scenario)]
    if names:
        parts.append(f"Cards to read: {'; '.join(names)}.")
    score = brier(report.estimates)
    if score is not None:
        right = sum(e.right for e in report.estimates)
        mean = sum(e.probability for e in report.estimates) / len(report.estimates)
        parts.append(
            f"How sure, how right: {len(report.estimates)} messages, {mean:.0%} sure on average, "
            f"{right} of them right; Brier score {score:.2f} (0 is perfect, 0.25 is a coin)."
        )
    return "\n\n".join(parts)


def _stage(talk: Conversation, report: StageReport) -> str:
    ideas = talk.scenario.ideas
    lines = [f"## {talk.scenario.stages[report.stage].title}"]
    for found in report.found:
        if found.credit is not None and found.said is not None:
            after = ", after the consultant had told it" if found.told else ""
            lines.append(f"- You said (message {found.credit.turn}{after}): “{found.credit.quote}”")
        else:
            what = " Or: ".join(ideas[i].means for i in found.ideas)
            lines.append(f"- Missed: {what}")
    for item in report.challenged:
        end = "never dropped"
        if item.challenge.dropped is not None:
            end = f"dropped in message {item.challenge.dropped}"
        times = f", {item.challenge.times} times" if item.challenge.times > 1 else ""
        lines.append(f"- Challenged{times}, {end}: “{item.challenge.quote}”")
    if report.hints:
        lines.append(f"- Hints: {report.hints}")
    return "\n".join(lines)
