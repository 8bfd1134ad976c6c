"""What `tutor check` finds in a file of the right shape: each mistake at its place, in words that mend it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conftest import CASES
from tutor.authoring.evidence import check_run, runs
from tutor.engine.runner import Runner
from tutor.scenario.checking import check
from tutor.scenario.reading import read

TINY = (CASES / "tiny.yaml").read_text(encoding="utf-8")


def place(text: str, needle: str) -> str:
    before = text[: text.index(needle)]
    return f":{before.count(chr(10)) + 1}:{len(before) - before.rfind(chr(10))}: "


def found_in(tmp_path: Path, text: str) -> list[str]:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return [str(p) for p in check(read(path)) if p.severity == "error"]


def test_the_tiny_case_is_sound(tmp_path: Path) -> None:
    assert found_in(tmp_path, TINY) == []


@pytest.mark.parametrize(
    ("was", "becomes", "at", "said"),
    [
        ("expects: [slower]", "expects: [slowr]", "slowr]", "no idea 'slowr' (did you mean 'slower'?)"),
        ("wrong: {longer: {exhibit: curves", "wrong: {longer: {exhibit: curve", "curve, error", "no exhibit"),
        ("engine: fraud", "engine: fruad", "fruad", "(did you mean 'fraud'?)"),
        ("learning_rate: 3.0,", "learning_rat: 3.0,", "learning_rat: 3.0", "did you mean 'learning_rate'?"),
        ("epochs: 4", "epochs: 4000", "4000", "it must be a whole number from 1 to"),
        ("plausible: {labels", "plausible: {too_fast", "too_fast: {exhibit: curves, ask", "one role only"),
        ("confirms: {slower:", "confirms: {longer:", "longer: {exhibit: config", "confirmed here but not"),
        ("    hints: [What would you change?, One", "    hints: [One", "hints: [One", "needs 3 hints"),
        ("    assertion: Lower the learning rate.\n", "", "slower:\n    kind", "needs an assertion"),
        ("      remedy:\n", "      remdy:\n", "remdy:", "(did you mean 'remedy'?)"),
        ("{{ run.config.learning_rate }} is large", "{% set x = 1 %}", '"{% set', "'assign' is not allowed"),
    ],
)
def test_mistakes(tmp_path: Path, was: str, becomes: str, at: str, said: str) -> None:
    assert was in TINY
    text = TINY.replace(was, becomes, 1)
    found = found_in(tmp_path, text)
    assert any(place(text, at) in line and said in line for line in found), found


def test_the_same_words_for_right_and_wrong(tmp_path: Path) -> None:
    text = TINY.replace(
        "because: A tenth of it trains.", 'because: "It is gone already. What would more steps do?"'
    )
    assert any("word for word what confirms 'slower'" in line for line in found_in(tmp_path, text))


def test_phrasings_that_nobody_could_tell_apart(tmp_path: Path) -> None:
    (tmp_path / "case.phrasings.yaml").write_text(
        "format: 1\nphrasings:\n  overfit: [it is broken]\n  labels: [It is broken.]\n  labls: [x]\n",
        encoding="utf-8",
    )
    found = found_in(tmp_path, TINY)
    assert any("case.phrasings.yaml:4:12: this phrasing stands under 'overfit' too" in line for line in found)
    assert any(
        "case.phrasings.yaml:5:3: there is no idea 'labls' (did you mean 'labels'?)" in f for f in found
    )


async def test_what_only_a_run_can_tell(tmp_path: Path) -> None:
    text = (
        TINY.replace("learning_rate > 1", "learning_rate > 9")
        .replace("show: config_card", "show: config_cart")
        .replace("because: Each step is larger", 'because: "{{ run.confg.learning_rate }}"')
        .replace("than the last.", "", 1)
    )
    text = text.replace('"{{ run.confg.learning_rate }}" }', '"{{ run.confg.learning_rate }}"}')
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    source = read(path)
    assert not [p for p in check(source) if p.severity == "error"]
    async with Runner() as runner:
        found = [str(p) async for name, run in runs(source, runner) for p in check_run(source, name, run)]
    assert any("no exhibit 'config_cart' (did you mean 'config_card'?)" in line for line in found), found
    assert any("exploding (seed 1)" in line and "did you mean 'config'?" in line for line in found), found
    assert any("does not show this" in line for line in found), found
    sound = read(CASES / "tiny.yaml")
    async with Runner() as runner:
        assert [p async for name, run in runs(sound, runner) for p in check_run(sound, name, run)] == []
