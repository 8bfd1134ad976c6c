"""Corpora for the benchmarks, from a folder with ideas.yaml, variants.yaml, examples.yaml and phrasings/."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tutor.consultant.corpus import Corpus, StanceExample

COMMON_ACTS = ("hint_request", "give_up", "off_topic", "manipulation", "vague")


@dataclass(frozen=True)
class Scenario:
    """A scenario's corpus, and the role ("right", "wrong", "plausible") of ideas by (variant, stage)."""

    id: str
    corpus: Corpus
    roles: Mapping[tuple[str, str], Mapping[str, str]]


def load(folder: Path, parts: tuple[str, ...] = ("examples", "phrasings")) -> dict[str, Scenario]:
    """All scenarios of a folder; `parts` may leave one of the two sets of phrasings out."""
    ideas = _read(folder / "ideas.yaml")
    variants = _read(folder / "variants.yaml")
    examples = _read(folder / "examples.yaml")
    phrasings = {name: _read(folder / "phrasings" / f"{name}.yaml") for name in ideas}
    own_acts = {name: phrasings[name].get("_acts", {}) for name in ideas}
    out = {}
    for name, kinds in ideas.items():
        statements = {idea: text for kind in kinds.values() for idea, text in kind.items()}
        acts = {
            act: tuple(text for other in ideas for text in own_acts[other].get(act, ()))
            for act in COMMON_ACTS
        }
        acts["question"] = tuple(own_acts[name].get("question", ()))
        roles = _roles(variants[name])
        stages: dict[str, set[str]] = {}
        for (_, stage), of in roles.items():
            stages.setdefault(stage, set()).update(of)
        corpus = Corpus(
            phrasings={
                idea: (
                    statement,
                    *(examples[name].get(idea, ()) if "examples" in parts else ()),
                    *(phrasings[name].get(idea, ()) if "phrasings" in parts else ()),
                )
                for idea, statement in statements.items()
            },
            acts=acts,
            mentions=tuple(own_acts[name].get("mention", ())),
            stances=tuple(
                StanceExample(text=d["text"], asserts=tuple(d["asserts"]), denies=tuple(d["denies"]))
                for d in own_acts[name].get("denies", ())
            ),
            stage_ideas={stage: tuple(sorted(of)) for stage, of in stages.items()},
        )
        out[name] = Scenario(name, corpus, roles)
    return out


def _read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


def _roles(spec: Mapping[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
    roles: dict[tuple[str, str], dict[str, str]] = {}
    for variant, stages in spec["variants"].items():
        for stage in spec["stages"]:
            of: dict[str, str] = {}
            for source in (spec.get("every_variant", {}).get(stage) or {}, stages.get(stage) or {}):
                of.update(dict.fromkeys(source.get("plausible", ()), "plausible"))
                of.update(dict.fromkeys(source.get("wrong", ()), "wrong"))
                for item in source.get("expects", ()):
                    of.update(dict.fromkeys(item if isinstance(item, list) else [item], "right"))
            roles[variant, stage] = of
    return roles


def verdict(asserted: tuple[str, ...] | list[str], roles: Mapping[str, str]) -> str:
    """Wrong if any asserted idea is wrong there, else right if any is expected, else plausible, else none."""
    found = {roles.get(idea) for idea in asserted}
    return next((role for role in ("wrong", "right", "plausible") if role in found), "none")
