"""The built-in scenarios as the benchmarks see them: what the reader learns from, and the roles of ideas."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from tutor import content
from tutor.consultant.corpus import Corpus
from tutor.consultant.material import corpus_of
from tutor.dialogue.key import Key
from tutor.dialogue.model import Role
from tutor.scenario.library import find

ROLES = {Role.MISCONCEPTION: "wrong", Role.EXPECTATION: "right", Role.PLAUSIBLE: "plausible"}


@dataclass(frozen=True)
class Scenario:
    """A scenario's corpus, and the role ("right", "wrong", "plausible") of ideas by (variant, stage)."""

    id: str
    corpus: Corpus
    roles: Mapping[tuple[str, str], Mapping[str, str]]


def load() -> dict[str, Scenario]:
    """The scenarios of the project, by id."""
    out = {}
    for name, source in find([content.scenarios_dir()]).sources.items():
        corpus = corpus_of(source)
        roles = {}
        for variant in source.scenario.variants:
            key = Key(source.scenario, variant)
            for stage in key.stages:
                of = {idea: key.role(idea, stage) for idea in corpus.phrasings}
                roles[variant, stage] = {idea: ROLES[role] for idea, role in of.items() if role is not None}
        out[name] = Scenario(name, corpus, roles)
    return out


def verdict(asserted: Iterable[str], roles: Mapping[str, str]) -> str:
    """Wrong if any asserted idea is wrong there, else right if any is expected, else plausible, else none."""
    found = {roles.get(idea) for idea in asserted}
    return next((role for role in ("wrong", "right", "plausible") if role in found), "none")
