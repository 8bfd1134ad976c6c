"""Whatever passes the check, plays: of files changed at random, those that pass are played and reported."""

from __future__ import annotations

import asyncio
import copy
import random
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from tutor.authoring.evidence import check_runs, runs
from tutor.authoring.starting import starters
from tutor.consultant.protocols import Context
from tutor.consultant.wording import compose
from tutor.dialogue.events import Assessed, Replied, Said
from tutor.dialogue.key import Key
from tutor.dialogue.model import Act, Assessment, Claim, Stance
from tutor.dialogue.policy import next_move
from tutor.dialogue.session import Session, advance, start
from tutor.engine.records import Run
from tutor.engine.runner import Runner
from tutor.reports.filling import filled
from tutor.reports.markdown import review_text
from tutor.reports.review import review
from tutor.scenario.problems import Problem
from tutor.scenario.reading import Source, read
from tutor.scenario.second_look import look
from tutor.scenario.yaml_reader import parse

STARTER = parse(starters()["fraud"].read_text(encoding="utf-8")).data
ROUNDS = 120
TURNS = 40
# Words that a writer, or an attacker, may put anywhere; many are fine in one place and wrong in another.
WORDS = (
    "?",
    "...",
    "***",
    "_",
    "a",
    "no",
    "x" * 150,
    "Is it?",
    "___",
    "# Title",
    "| a | b |",
    "[click](http://x)",
    "[bold red]markup[/]",
    "<b>html</b>",
    "`code",
    "“Quoted?”",
    "é ß 漢字 🙂",
    "1. one\n2. two",
    "line\n\n\nline",
    "{{ run.examples }}",
    "{{ run.loss.train | significant }}",
    "{{ run.loss.train }}",
    "{{ run.nothing }}",
    "{% if run.loss.train is none %}{% endif %}",
    "{% if run.loss.train is none %}a{% else %}b{% endif %}",
    "{{ run.examples | percent }}?",
    "{{ run.stopped }}",
    "{{ run.config }}",
    "{{ 1 / 0 }}",
    "{{ '' }}",
    "{ run.x }",
    "100%",
    "e.g. this. And that?",
    "a: b",
    "'",
    '"',
    "-",
    "\\",
    "None",
    "true",
    7,
    0,
    -1,
    2.5,
    True,
    None,
    [],
    ["a"],
    {},
    {"a": "b"},
    "curves",
    "overfitting",
    "diagnose",
    "remedy",
    "steps_too_long",
)


@pytest.fixture(scope="module")
def played() -> dict[str, Run]:
    """A run of each variant of the starter; the settings stay as they are."""
    source = read(starters()["fraud"])

    async def compute() -> dict[str, Run]:
        async with Runner(engine="fraud") as runner:
            return {name: run async for name, run in runs(source, runner) if isinstance(run, Run)}

    return asyncio.run(compute())


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [p for key, child in inside for p in ((*here, key), *places(child, (*here, key)))]


PLACES = [p for p in places(STARTER) if "simulate" not in p and "seeds" not in p]


def changed(chance: random.Random) -> dict[str, Any]:
    """The starter with a few values replaced, taken out or doubled."""
    data: dict[str, Any] = copy.deepcopy(STARTER)
    for _ in range(chance.randint(1, 3)):
        *way, last = chance.choice(PLACES)
        with suppress(KeyError, IndexError, TypeError):
            target: Any = data
            for part in way:
                target = target[part]
            alike = [w for w in WORDS if type(w) is type(target[last])]
            if chance.random() < 0.25:
                del target[last]
            else:
                target[last] = chance.choice(alike if alike and chance.random() < 0.9 else WORDS)
    return data


def said(chance: random.Random, session: Session) -> Assessment:
    """Anything a reader may make of a message."""
    act = chance.choice([Act.CONTRIBUTION] * 6 + list(Act))
    ideas = list(session.key.scenario.ideas)
    right = [i for group in session.open_groups() for i in group]
    claims = tuple(
        Claim(
            idea=chance.choice(right if right and chance.random() < 0.4 else ideas),
            stance=chance.choice(list(Stance)),
            confidence=0.9,
            quote="so I say",
        )
        for _ in range(chance.choice((0, 1, 1, 1, 2, 5)))
    )
    once = tuple({claim.idea: claim for claim in claims}.values())
    asked = [f"fact:{n}" for n in session.key.scenario.facts]
    asked += [f"exhibit:{n}" for n in session.key.scenario.exhibits]
    target = chance.choice([None, *asked]) if act is Act.QUESTION else None
    return Assessment(act=act, claims=once, confidence=0.9, abstained=chance.random() < 0.1, asks=target)


def play(source: Source, runs_: dict[str, Run], chance: random.Random) -> None:
    """Every variant, turn by turn, as the program would do it, in words."""
    for variant in source.scenario.variants:
        key, run = Key(source.scenario, variant), runs_[variant]
        filled(source.scenario.brief, run.facts)
        session = start(key, seed=1)
        for number in range(1, TURNS):
            if session.finished:
                break
            session = advance(session, Said(turn=number, text="so I say"))
            session = advance(session, Assessed(turn=number, assessment=said(chance, session)))
            move = next_move(session)
            words = compose(move, Context(session, run))
            assert words.strip(), move
            assert "None" not in words or "None" in str(source.document.data), words
            session = advance(session, Replied(turn=number, move=move, text=words))
        assert review_text("A case", review(session, run.facts)).strip()


def _errors(found: Iterable[Problem]) -> list[Problem]:
    return [problem for problem in found if problem.severity == "error"]


def test_what_passes_plays(played: dict[str, Run], tmp_path: Path) -> None:
    passed = 0
    for number in range(ROUNDS):
        chance = random.Random(number)
        path = tmp_path / "case.yaml"
        path.write_text(yaml.safe_dump(changed(chance), allow_unicode=True), encoding="utf-8")
        source, found = look(path)
        if source is None or _errors(found) or set(source.scenario.variants) - set(played):
            continue
        if _errors(check_runs(source, {variant: played[variant] for variant in source.scenario.variants})):
            continue
        passed += 1
        try:
            play(source, played, chance)
        except Exception as error:
            raise AssertionError(f"round {number} passed the check and broke in play: {error!r}") from error
    assert passed >= ROUNDS // 10
