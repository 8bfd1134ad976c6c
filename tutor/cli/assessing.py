"""What the offline consultant would make of answers, one a line, and what it would do."""

from __future__ import annotations

import json
import multiprocessing
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import cache, lru_cache
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from tutor.consultant.reader import Reader, load_reader
from tutor.conversation.conversation import clean, ground
from tutor.dialogue.events import Assessed, Said
from tutor.dialogue.key import Key
from tutor.dialogue.policy import next_move
from tutor.dialogue.session import advance, at_stage
from tutor.errors import TutorError
from tutor.scenario.library import Library, find
from tutor.scenario.problems import did_you_mean

MANY = 500
"""So many lines are worth a second process."""
PROCESSES = 4
"""No more of them than this, and no more than there are cores."""
_CHUNK = 32


def graded(lines: Sequence[str], scenarios: Sequence[Path], cache_dir: Path) -> Iterator[tuple[str, bool]]:
    """`Grader.line` of every line, in order; many lines are shared out among processes."""
    grader = Grader(find(scenarios), cache_dir)
    processes = min(PROCESSES, os.cpu_count() or 1)
    if len(lines) < MANY or processes == 1:
        yield from map(grader.line, lines)
        return
    grader.prepare(lines)
    work = [(line, tuple(scenarios), cache_dir) for line in lines]
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processes, mp_context=spawn) as pool:
        try:
            yield from pool.map(_graded, work, chunksize=_CHUNK)
        finally:
            pool.shutdown(cancel_futures=True)


def _graded(work: tuple[str, tuple[Path, ...], Path]) -> tuple[str, bool]:
    line, scenarios, cache_dir = work
    return _own_grader(scenarios, cache_dir).line(line)


@cache
def _own_grader(scenarios: tuple[Path, ...], cache_dir: Path) -> Grader:
    return Grader(find(scenarios), cache_dir)


class Answer(BaseModel):
    """A line of the input; other keys (labels, say) are left alone."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str | int
    scenario: str
    variant: str
    stage: str
    answer: Annotated[str, StringConstraints(max_length=100_000)]


class Grader:
    """Assesses lines. Each scenario's reader is loaded (and, the first time, fitted) when it is met."""

    def __init__(self, library: Library, cache_dir: Path) -> None:
        self._library = library
        self._reader = lru_cache(maxsize=8)(self._load_reader)
        self._key = lru_cache(maxsize=64)(self._make_key)
        self._cache_dir = cache_dir

    def prepare(self, rows: Sequence[str]) -> None:
        """Fit every reader that these lines will need. What is wrong with a line is told by `line`."""
        names = set()
        for row in rows:
            with suppress(ValueError, RecursionError):
                names.add(Answer.model_validate_json(row).scenario)
        for name in sorted(names):
            with suppress(TutorError):
                self._reader(name)

    def line(self, row: str) -> tuple[str, bool]:
        """The JSON line that answers one input line, and whether it failed."""
        identity: object = None
        try:
            raw = json.loads(row)
            identity = raw.get("id") if isinstance(raw, dict) else None
            return json.dumps(self.grade(Answer.model_validate(raw)), ensure_ascii=False), False
        except ValidationError as error:
            first = error.errors()[0]
            message = f"{'.'.join(map(str, first['loc']))}: {first['msg']}"
        except (ValueError, RecursionError) as error:
            message = f"not a JSON object: {error}"
        except TutorError as error:
            message = str(error).splitlines()[0]
        return json.dumps({"id": identity, "error": message}, ensure_ascii=False), True

    def grade(self, answer: Answer) -> dict[str, object]:
        """The reading, verdict and move of one answer as the first message of its stage."""
        key = self._key(answer.scenario, answer.variant)
        if answer.stage not in key.stages:
            near = did_you_mean(answer.stage, key.stages)
            raise TutorError(f"{answer.scenario} has no stage {answer.stage!r}{near}")
        session = at_stage(key, answer.stage)
        text = clean(answer.answer)
        read = ground(self._reader(answer.scenario).read(text, session), text, key.scenario)
        session = advance(session, Said(turn=1, text=text))
        session = advance(session, Assessed(turn=1, assessment=read))
        move = next_move(session)
        return {
            "id": answer.id,
            "act": read.act,
            "claims": [
                {
                    "idea": c.idea,
                    "stance": c.stance,
                    "confidence": round(c.confidence, 4),
                    "quote": c.quote,
                }
                for c in read.claims
            ],
            "abstained": read.abstained,
            "verdict": session.turns[-1].verdict,
            "move": {"kind": move.kind, "target": move.target},
        }

    def _load_reader(self, scenario: str) -> Reader:
        return load_reader(self._library.get(scenario), self._cache_dir)

    def _make_key(self, scenario: str, variant: str) -> Key:
        found = self._library.get(scenario).scenario
        if variant not in found.variants:
            near = did_you_mean(variant, found.variants)
            raise TutorError(f"{scenario} has no variant {variant!r}{near}")
        return Key(found, variant)
