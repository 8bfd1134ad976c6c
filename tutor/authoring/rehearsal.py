"""Playing the same turns again on a changed file: what a preview does whenever the author saves."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import aclosing
from pathlib import Path

from tutor.conversation.desk import Desk
from tutor.dialogue.events import Event, Experimented, Opened, Said
from tutor.engine.records import Failed, Finished
from tutor.errors import TutorError
from tutor.scenario.concepts import FOLDER
from tutor.scenario.reading import phrasings_beside

Stamp = tuple[tuple[str, int], ...]


def stamp(scenario: Path) -> Stamp:
    """When the files of a scenario were last written: itself, its phrasings, the concepts beside it."""
    files = [scenario, phrasings_beside(scenario), *sorted((scenario.parent / FOLDER).glob("*.yaml"))]
    return tuple((str(path), path.stat().st_mtime_ns) for path in files if path.is_file())


async def rehearse(
    desk: Desk, scenario: str, events: Iterable[Event], *, variant: str | None, seed: int | None
) -> str:
    """A new session in which the learner says and does what they did before; the consultant reads, decides
    and words it all anew. Returns the session. Stops where the case ends sooner than before. TutorError when
    there is no evidence."""
    case = desk.take(scenario, variant=variant, seed=seed)
    async with aclosing(desk.evidence(case)) as messages:
        async for message in messages:
            if isinstance(message, Failed):
                raise TutorError(message.message)
            if isinstance(message, Finished):
                talk = await desk.sit_down(case, message.run)
                break
        else:
            raise TutorError("the engine ended without a result")
    for event in events:
        if talk.session.finished:
            break
        match event:
            case Said():
                async for _ in talk.say(event.text):
                    pass
            case Opened(exhibit=name) if name in talk.scenario.exhibits and talk.session.available(name):
                await talk.look_at(name)
            case Experimented():
                await talk.note_experiment(event)
            case _:
                pass  # what the consultant did follows from the above
    return case.identity
