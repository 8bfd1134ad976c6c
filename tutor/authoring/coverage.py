"""What a scenario says about each of its ideas, at a glance: phrasings, roles, pushbacks, hints, tests."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from tutor.dialogue.key import Key
from tutor.dialogue.model import Role
from tutor.scenario.reading import Source
from tutor.scenario.schema import Scenario, Taken

SIGNS: dict[Role | None, str] = {
    Role.EXPECTATION: "E",
    Role.MISCONCEPTION: "w",
    Role.PLAUSIBLE: "p",
    None: ".",
}


@dataclass(frozen=True)
class Row:
    """One idea. `roles`: for each variant a sign per stage (E expected, w wrong, p plausible, . none);
    `pushbacks`: of the places where it is wrong, those with words of their own for who insists."""

    idea: str
    kind: str
    phrasings: int
    roles: tuple[str, ...]
    wrong: int
    pushbacks: int
    hints: int
    tested: int


def rows(source: Source) -> Iterator[Row]:
    """A row for every idea, in the file's order."""
    scenario = source.scenario
    keys = [Key(scenario, variant) for variant in scenario.variants]
    tested = Counter(
        idea for test in _tests(scenario) for idea in (*(test.claims or ()), *(test.denies or ()))
    )
    for name, idea in scenario.ideas.items():
        pushed = [k.roles(s).wrong[name] for k in keys for s in k.stages if name in k.roles(s).wrong]
        yield Row(
            idea=name,
            kind=idea.kind,
            phrasings=len({*idea.phrasings, *source.phrasings.phrasings.get(name, ())}),
            roles=tuple("".join(SIGNS[key.role(name, stage)] for stage in key.stages) for key in keys),
            wrong=len(pushed),
            pushbacks=sum(entry.again is not None for entry in pushed),
            hints=len(idea.hints) + (idea.assertion is not None),
            tested=tested[name],
        )


def _tests(scenario: Scenario) -> Iterator[Taken]:
    yield from scenario.tests
    for script in scenario.conversations:
        yield from script.turns
