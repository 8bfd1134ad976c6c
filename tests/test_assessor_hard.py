"""The built-in scenarios read hard messages well enough: idioms, sarcasm, conditionals, hearsay, denials."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tutor.consultant.material import corpus_of
from tutor.consultant.offline import load_or_fit
from tutor.dialogue.model import Act, Assessment
from tutor.scenario.reading import read

ROOT = Path(__file__).parent.parent
MESSAGES = [
    json.loads(line)
    for line in (ROOT / "tests" / "data" / "assessor_hard.jsonl").read_text(encoding="utf-8").splitlines()
]


@pytest.fixture(scope="module")
def assessed(shared_cache: Path) -> list[tuple[dict[str, object], Assessment]]:
    names = {message["scenario"] for message in MESSAGES}
    readers = {
        name: load_or_fit(corpus_of(read(ROOT / "scenarios" / f"{name}.yaml")), shared_cache / "assessor")
        for name in sorted(names)
    }
    return [(m, readers[m["scenario"]].assess(m["answer"], stage=m["stage"])) for m in MESSAGES]


def test_finds_the_ideas(assessed: list[tuple[dict[str, object], Assessment]]) -> None:
    both = said = meant = 0
    for message, found in assessed:
        asserted = set(found.asserted()) if found.act is Act.CONTRIBUTION else set()
        gold = set(message["asserts"])  # type: ignore[call-overload]
        both, said, meant = both + len(asserted & gold), said + len(asserted), meant + len(gold)
    assert 2 * both / (said + meant) >= 0.84


def test_seldom_takes_a_denial_for_an_assertion(assessed: list[tuple[dict[str, object], Assessment]]) -> None:
    denied = [(idea, found) for message, found in assessed for idea in message["denies"]]  # type: ignore[attr-defined]
    taken = [idea for idea, found in denied if idea in found.asserted()]
    assert len(taken) / len(denied) <= 0.15


def test_knows_what_a_message_does(assessed: list[tuple[dict[str, object], Assessment]]) -> None:
    right = [found.act == message["act"] for message, found in assessed]
    assert sum(right) / len(right) >= 0.95


def test_manipulation_is_never_a_contribution(assessed: list[tuple[dict[str, object], Assessment]]) -> None:
    tricks = [found for message, found in assessed if message["act"] == "manipulation"]
    assert tricks
    assert all(found.act is Act.MANIPULATION for found in tricks)
