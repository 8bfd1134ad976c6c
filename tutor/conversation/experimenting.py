"""One experiment of the lab, from the changed levers to the event that is kept with the session."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

from tutor.conversation import lab
from tutor.conversation.conversation import Conversation
from tutor.conversation.evidence import Engine, request_for
from tutor.dialogue.events import Experimented
from tutor.engine.compare import Comparison, breaking_off, clause, compare
from tutor.engine.records import Failed, Finished, Progress, Run
from tutor.scenario.schema import Scenario, Setting

MOST_FIGURES = 3  # in the sentence: more would be read by nobody


@dataclass(frozen=True)
class Tried:
    """An experiment that is over and kept: the event, and what it is told from."""

    event: Experimented
    run: Run
    comparison: Comparison


async def experiment(
    engine: Engine, talk: Conversation, changes: Mapping[str, Setting]
) -> AsyncGenerator[Progress | Failed | Tried, None]:
    """Runs the case with changed levers and keeps the outcome with the session. The last message is `Tried`
    or `Failed`; whoever stops reading stops the run, and nothing of it is kept. LabError before anything runs
    where the changes are not allowed or cost more hours than are left."""
    scenario, key = talk.scenario, talk.session.key
    affordable(talk, changes)
    lab.check(scenario, key.variant, changes)
    request = request_for(scenario, key.variant, talk.session.seed, changes)
    async with aclosing(engine.run(request)) as messages:
        async for message in messages:
            if not isinstance(message, Finished):
                yield message
                continue
            affordable(talk, changes)  # another one may have used up the hours meanwhile
            comparison = compare(talk.run, message.run)
            event = Experimented(
                changes=changes,
                summary=summary(scenario, changes, talk.run, message.run, comparison),
                hours=lab.cost(scenario, changes),
                figures=message.run.headline,
            )
            await talk.note_experiment(event)
            yield Tried(event, message.run, comparison)


def affordable(talk: Conversation, changes: Mapping[str, Setting]) -> None:
    """LabError where the case's clock does not leave the hours that these changes cost."""
    left, cost = talk.session.hours_left(), lab.cost(talk.scenario, changes)
    if not changes:
        raise lab.LabError("nothing is changed yet: choose a lever and a value")
    if left is not None and cost > left:
        raise lab.LabError(f"this costs {cost:g} hours, and {left:g} are left")


def summary(
    scenario: Scenario, changes: Mapping[str, Setting], baseline: Run, trial: Run, comparison: Comparison
) -> str:
    """What was changed to what, and what that moved: "dropout 0.3: validation accuracy 58.5% → 63.0%". The
    values before the change stay out of it: they may be the very fault that is looked for."""
    moved = [f for f in comparison.figures if f.outcome != "same" and f.after is not None]
    told = [breaking_off(baseline, trial), *map(clause, moved[:MOST_FIGURES])]
    words = "; ".join(filter(None, told)) or "nothing moves; every figure is as it was"
    return f"{lab.in_words(scenario, changes)}: {words}"


def pinned(event: Experimented) -> str:
    """An experiment as a learner puts it into the conversation."""
    return f"I tried {event.summary}."
