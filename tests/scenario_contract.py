"""What every scenario text is held to: its agreed ids and roles, completeness, and its own runs.

A test module subclasses `ScenarioContract` once and names its case; pytest then collects the checks below.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path
from typing import ClassVar

import pytest
import yaml

from tutor import content
from tutor.conversation.evidence import evidence
from tutor.engine.cache import Cache
from tutor.engine.levers import validate
from tutor.engine.records import Finished, Run
from tutor.engine.runner import Runner
from tutor.scenario.reading import read
from tutor.scenario.schema import Pushback, Scenario
from tutor.scenario.signature import broken
from tutor.scenario.templates import render

TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
Runs = dict[str, tuple[Run, Run]]  # of each variant: its first two seeds


def load(name: str) -> Scenario:
    """A scenario that comes with the package, by id."""
    return read(content.scenarios_dir() / f"{name}.yaml").scenario


def pushbacks(case: Scenario) -> Iterator[tuple[str, str, str, Pushback]]:
    """Variant, stage, idea and pushback, for every wrong idea."""
    for variant in case.variants:
        for stage in case.stages:
            for idea, pushback in case.roles(variant, stage).wrong.items():
                yield variant, stage, idea, pushback


def texts(case: Scenario, variant: str) -> Iterator[tuple[str, str]]:
    """Everything that can be said in a variant, with where it stands."""
    yield "brief", case.brief
    if case.clock is not None:
        yield "out_of_time", case.clock.out_of_time
    yield "debrief", case.variants[variant].debrief
    for name, exhibit in case.exhibits.items():
        yield name, exhibit.say or ""
    for name, fact in case.facts.items():
        yield name, fact.answer
    for name, idea in case.ideas.items():
        yield from ((f"{name} hints", hint) for hint in idea.hints)
        yield f"{name} assertion", idea.assertion or ""
    for stage, question in case.stages.items():
        yield stage, question.ask
        roles = case.roles(variant, stage)
        yield from ((f"{stage} confirms {i}", c.because) for i, c in roles.confirms.items())
        yield from ((f"{stage} asks {i}", p.ask) for i, p in roles.plausible.items())
        for name, pushback in roles.wrong.items():
            yield f"{stage} error {name}", pushback.error
            yield f"{stage} because {name}", pushback.because
            yield f"{stage} again {name}", pushback.again or ""


class ScenarioContract:
    """`ideas` is YAML, kind -> ids; `roles` is YAML, variant -> "stage role" -> ids, a slash meaning "any one
    of these", with `every_variant` for what holds in all."""

    case: ClassVar[Scenario]
    ideas: ClassVar[str]
    roles: ClassVar[str]
    stages: ClassVar[tuple[str, ...]]
    facts_at_least: ClassVar[int] = 12

    @pytest.fixture(scope="class")
    @classmethod
    def runs(cls, run_cache: Path) -> Runs:
        case = cls.case

        async def compute() -> Runs:
            found: dict[str, list[Run]] = {variant: [] for variant in case.variants}
            async with Runner(Cache(run_cache)) as runner:
                for name, variant in case.variants.items():
                    for seed in variant.seeds[:2]:
                        async for message in evidence(runner, case, name, seed):
                            if isinstance(message, Finished):
                                found[name].append(message.run)
            return {name: (first, second) for name, (first, second) in found.items()}

        return asyncio.run(compute())

    # ------------------------------------------------------------ ids and roles

    def test_every_idea_is_there_and_of_its_kind(self) -> None:
        kinds = {idea: kind for kind, ideas in yaml.safe_load(self.ideas).items() for idea in ideas.split()}
        assert {name: idea.kind for name, idea in self.case.ideas.items()} == kinds

    def test_every_idea_has_the_role_it_must_have(self) -> None:
        agreed = {
            variant: {key: set(ideas.split()) for key, ideas in roles.items()}
            for variant, roles in yaml.safe_load(self.roles).items()
        }
        shared = agreed.pop("every_variant", {})
        assert list(self.case.variants) == list(agreed)
        assert tuple(self.case.stages) == self.stages
        for variant, own in agreed.items():
            found = {}
            for stage in self.case.stages:
                roles = self.case.roles(variant, stage)
                found[f"{stage} expects"] = {"/".join(group) for group in roles.expected()}
                found[f"{stage} wrong"] = set(roles.wrong)
                found[f"{stage} plausible"] = set(roles.plausible)
            assert {key: ideas for key, ideas in found.items() if ideas} == own | shared, variant

    # ------------------------------------------------------------ completeness

    def test_every_expectation_can_be_hinted_told_and_confirmed(self) -> None:
        for variant in self.case.variants:
            for stage in self.case.stages:
                roles = self.case.roles(variant, stage)
                expected = {idea for group in roles.expected() for idea in group}
                assert set(roles.confirms) == expected, (variant, stage)
                for name in expected:
                    idea = self.case.ideas[name]
                    assert len(idea.hints) == 3, name
                    assert idea.assertion, name
                    assert idea.short, name
                    assert "___" in idea.hints[2], name
                    for hint in idea.hints:
                        assert idea.short not in hint.lower(), name
                        assert name.replace("_", " ") not in hint.lower(), name

    def test_questions_can_be_asked_in_several_ways(self) -> None:
        case = self.case
        assert len(case.facts) >= self.facts_at_least
        askable = [e.asked_by for e in case.exhibits.values() if e.open == "on_request"]
        askable += [f.asked_by for f in case.facts.values()]
        assert min(map(len, askable)) >= 5
        asked = [text.lower() for ways in askable for text in ways]
        assert sorted(asked) == sorted(set(asked))

    def test_every_value_of_every_lever_can_be_set(self) -> None:
        for name, lever in self.case.levers.items():
            for value in lever.values:
                assert validate(self.case.engine, {name: value}) == (), (name, value)

    def test_each_variant_has_content_tests_of_all_kinds(self) -> None:
        for variant in self.case.variants:
            mine = [test for test in self.case.tests if test.variant == variant]
            assert {test.stage for test in mine} == set(self.stages), variant
            assert {"correct", "wrong", "plausible", "none"} <= {test.verdict for test in mine}, variant
            assert any(test.denies for test in mine), variant

    # ------------------------------------------------------------ pushbacks

    def test_a_pushback_is_short_cites_the_run_and_ends_in_its_one_question(self, runs: Runs) -> None:
        for variant, stage, idea, pushback in pushbacks(self.case):
            facts = runs[variant][0].facts
            first, again = render(pushback.because, facts), render(pushback.again or "", facts)
            assert 25 <= len(first.split()) <= 70, (variant, stage, idea, len(first.split()))
            assert "{{" in pushback.because, (variant, stage, idea)
            for text in (first, again):
                assert text.count("?") == 1, (variant, stage, idea, text)
                assert text.endswith("?"), (variant, stage, idea, text)

    def test_no_two_variants_share_a_pushback(self) -> None:
        own = [p for v, s, _, p in pushbacks(self.case) if s in self.case.variants[v].stages]
        told = [text for p in own for text in (p.because, p.again)]
        assert len(told) == len(set(told))

    def test_no_pushback_or_probe_names_what_is_sealed(self) -> None:
        for variant in self.case.variants:
            for stage, roles in self.case.variants[variant].stages.items():
                sealed = {self.case.ideas[i].short or "" for group in roles.expected() for i in group}
                said = [f"{p.error} {p.because} {p.again}" for p in roles.wrong.values()]
                said += [p.ask for p in roles.plausible.values()]
                for text in said:
                    named = [name for name in sealed if name.lower() in text.lower()]
                    assert not named, (variant, stage, named, text)

    def test_a_debrief_has_a_readable_length(self, runs: Runs) -> None:
        for variant, both in runs.items():
            words = len(render(self.case.variants[variant].debrief, both[0].facts).split())
            assert 80 <= words <= 160, (variant, words)

    def test_measurements_are_rendered_and_never_typed(self) -> None:
        for variant in self.case.variants:
            for where, text in texts(self.case, variant):
                assert not re.search(r"\d[.,]\d|\d%", TEMPLATE.sub("", text)), (variant, where)

    # ------------------------------------------------------------ what the runs say

    def test_every_text_renders_on_the_first_runs_of_every_variant(self, runs: Runs) -> None:
        for variant, both in runs.items():
            for run in both:
                for where, text in texts(self.case, variant):
                    said = render(text, run.facts)
                    assert not re.search(r"None|\S  +\S|[{}]", said), (variant, where, said)

    def test_a_signature_holds_for_its_own_runs_and_no_others(self, runs: Runs) -> None:
        for name, variant in self.case.variants.items():
            assert len(variant.seeds) >= 12
            assert list(variant.seeds) == sorted(set(variant.seeds))
            for other, both in runs.items():
                for run in both:
                    missing = broken(variant, run.facts)
                    assert (not missing) == (name == other), (name, other, run.request.seed, missing)

    def test_the_exhibits_named_in_the_text_are_in_the_run(self, runs: Runs) -> None:
        for both in runs.values():
            names = {exhibit.name for exhibit in both[0].exhibits}
            assert {entry.show for entry in self.case.exhibits.values()} <= names
