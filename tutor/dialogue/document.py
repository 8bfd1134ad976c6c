"""Writes `docs/dialogue.md` from the policy itself, so that the page cannot tell another story than the code.

`python -m tutor.dialogue.document` prints the page; a test compares it with the file.
"""

from __future__ import annotations

from tutor.dialogue.invariants import INVARIANTS
from tutor.dialogue.model import Act, MoveKind
from tutor.dialogue.policy import RULES, UNSURE
from tutor.dialogue.rule import LADDER, Rule
from tutor.dialogue.session import SHOTGUN_IDEAS, SHOTGUN_MISSES

_HEAD = f"""# How the consultant decides

This page is generated: `python -m tutor.dialogue.document > docs/dialogue.md`.

Every message is read into an *act* and *claims* (an idea, asserted or denied, in the learner's words). Code
computes the verdict from the claims and the roles that ideas have in the hidden variant, and picks the first
rule of the act's table that applies. Neither the assessor nor the wording can change either.

- What is right is credited for good, in whichever stage it is said. Said early and without evidence, it is
  banked: when its stage comes the consultant asks for the evidence, not for the words again.
- A misconception stays open until it is denied, or until the right idea is put in its place together with
  what the evidence shows. A stage with an open misconception does not end.
- Only contributions can be wrong. A question is never an attempt.
- "What does recall mean?" is answered from the concept cards, which explain words and know no case; "and what
  was the learning rate?" beside it is answered, too.
- "Can we move on?" and "why do you ask?" cost no hint.
- A greeting, a nod, an appeal to a rank or "what do I do here?" is answered as what it is, by a table of
  phrases, where no idea was read in the message; it judges nothing.
- A message that names {SHOTGUN_IDEAS} ideas or more, {SHOTGUN_MISSES} of them not expected, earns nothing.
  Nor does one that offers a right idea *or* another, or that copies what the consultant told.
"""


def page() -> str:
    """The whole page, Markdown."""
    parts = [_HEAD, "## A turn\n", _turn(), "## The ladder of hints\n", _ladder(), "## The rules\n"]
    parts = [*parts[:1], _invariants(), *parts[1:]]
    parts.append("### when the assessor is not sure\n")
    parts.append(_table(UNSURE))
    for act, rules in RULES.items():
        parts += [f"### {act}\n", _table(rules)]
    return "\n".join(parts)


def _invariants() -> str:
    head = (
        "## What always holds\n\nIn every turn of every session. The tests walk through random sessions and "
        "check each line; `tutor check` does while it presses the consultant.\n"
    )
    return "\n".join([head, *(f"- {row.says}" for row in INVARIANTS), ""])


def _turn() -> str:
    lines = ["```mermaid", "flowchart LR", "  message --> assessment"]
    lines.append(f"  assessment -- not sure --> {MoveKind.CLARIFY}")
    for act, rules in RULES.items():
        lines.append(f"  assessment -- {act} --> {act}_rules{{{{{act}}}}}")
        gives = dict.fromkeys(kind for rule in rules for kind in rule.gives)
        lines += [f"  {act}_rules --> {kind}" for kind in gives]
    return "\n".join([*lines, "```\n"])


def _ladder() -> str:
    steps = " --> ".join(LADDER)
    asks = f"Asking for a hint and giving up ({Act.HINT_REQUEST}, {Act.GIVE_UP}) climb one step each time:"
    end = "After the assertion the learner must say it back in their own words; being told earns no credit."
    return f"{asks}\n\n```mermaid\nflowchart LR\n  {steps} --> said_back\n```\n\n{end}\n"


def _table(rules: tuple[Rule, ...]) -> str:
    rows = ["| | when | move |", "| --- | --- | --- |"]
    for number, row in enumerate(rules, start=1):
        rows.append(f"| {number} | {row.when} | {', '.join(row.gives)} |")
    return "\n".join([*rows, ""])


if __name__ == "__main__":
    print(page(), end="")  # noqa: T201
