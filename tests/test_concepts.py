"""The concept library: what a scenario takes from it, what it may override, and the words it holds."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from tests.conftest import CASES
from tutor import content
from tutor.scenario.checking import LADDER_STEPS, check
from tutor.scenario.concepts import Concept, concept_files, library, read_concept
from tutor.scenario.library import scenario_files
from tutor.scenario.problems import ScenarioError
from tutor.scenario.reading import read

TINY = (CASES / "tiny.yaml").read_text(encoding="utf-8")
OVERFIT = """\
  overfit:
    kind: diagnosis
    means: The model is overfitting.
    short: overfitting
"""
PUSHED = """error: the wrong illness, because: "It never fitted. Which part of the curve shows memory?", \
again: "Memory needs a fit first. Where is it?\""""
LIBRARY = dict(library())


def written(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "case.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def taking(entry: str, pushback: str = "") -> str:
    assert OVERFIT in TINY
    assert PUSHED in TINY
    return TINY.replace(OVERFIT, f"  overfit: {entry}\n").replace(f", {PUSHED}", pushback)


def test_a_concept_fills_in_what_is_not_said(tmp_path: Path) -> None:
    source = read(written(tmp_path, taking("{from: overfitting, phrasings: [it crams]}")))
    idea, concept = source.scenario.ideas["overfit"], LIBRARY["overfitting"]
    assert (idea.taken_from, idea.kind, idea.means, idea.hints) == (
        "overfitting", "diagnosis", concept.means, concept.hints,
    )  # fmt: skip
    assert idea.phrasings == ("it crams", *concept.phrasings)
    pushed = source.scenario.roles("exploding", "diagnose").wrong["overfit"]
    assert concept.pushback is not None
    assert (pushed.error, pushed.because, pushed.exhibit) == (
        concept.pushback.error, concept.pushback.because, "curves",
    )  # fmt: skip
    assert not [p for p in check(source) if p.severity == "error"]


def test_what_the_scenario_says_wins(tmp_path: Path) -> None:
    text = taking("{from: overfitting, means: It crams., kind: observation}", ', because: "No. Why?"')
    source = read(written(tmp_path, text))
    assert source.scenario.ideas["overfit"].means == "It crams."
    assert source.scenario.ideas["overfit"].kind == "observation"
    pushed = source.scenario.roles("exploding", "diagnose").wrong["overfit"]
    assert (pushed.because, pushed.again) == ("No. Why?", None)
    assert pushed.error == LIBRARY["overfitting"].pushback.error  # type: ignore[union-attr]


def test_stage_wide_roles_take_pushbacks_too(tmp_path: Path) -> None:
    text = taking("{from: overfitting}")
    roles = """      diagnose:
        expects: [[too_fast, gradients]]"""
    start = text.index(roles)
    end = text.index("      remedy:\n        expects")
    moved = text[start:end].replace("      diagnose:\n", "    roles:\n").replace("        ", "      ")
    shared = "  diagnose:\n    title: Diagnose\n    ask: What is broken?\n" + moved
    text = text[:start] + text[end:]
    text = text.replace("  diagnose: {title: Diagnose, ask: What is broken?}\n", shared)
    source = read(written(tmp_path, text))
    assert source.scenario.roles("exploding", "diagnose").wrong["overfit"].error


@pytest.mark.parametrize(
    ("entry", "said"),
    [
        ("{from: overfiting}", "has no concept 'overfiting' (did you mean 'overfitting'?)"),
        ("{from: ../../secrets}", "is not an id"),
        ("{from: [a]}", "text is expected here"),
        ("{from: overfitting, meens: x}", "unknown key 'meens' (did you mean 'means'?)"),
        ("{form: overfitting}", "unknown key 'form' (did you mean 'from'?)"),
        ("{from: overfitting, phrasings: no list}", "a list ([one, another]) is expected here"),
    ],
)
def test_mistakes_stand_where_they_are(tmp_path: Path, entry: str, said: str) -> None:
    text = taking(entry)
    line = text[: text.index(entry)].count("\n") + 1
    with pytest.raises(ScenarioError) as caught:
        read(written(tmp_path, text))
    found = [str(p) for p in caught.value.problems]
    assert any(f"case.yaml:{line}:" in problem and said in problem for problem in found), found
    unknown = "has no concept" in said
    assert not unknown or len(found) == 1


def test_positions_of_everything_else_stay_right(tmp_path: Path) -> None:
    text = taking("{from: overfitting}").replace("expects: [slower]", "expects: [slowr]")
    line = text[: text.index("[slowr]")].count("\n") + 1
    assert any(p.position.line == line and "slowr" in p.message for p in check(read(written(tmp_path, text))))


def test_a_concept_of_ones_own_beside_the_scenario(tmp_path: Path) -> None:
    own = tmp_path / "concepts"
    own.mkdir()
    words = "format: 1\nkind: diagnosis\nmeans: It crams.\nphrasings: [a, b, c]\n"
    (own / "cramming.yaml").write_text(words, encoding="utf-8")
    path = written(tmp_path, taking("{from: cramming}", f", {PUSHED}"))
    assert read(path).scenario.ideas["overfit"].means == "It crams."
    (own / "cramming.yaml").write_text(words.replace("means", "meens") + "x: 1\n", encoding="utf-8")
    with pytest.raises(ScenarioError) as caught:
        read(path)
    found = [str(p) for p in caught.value.problems]
    assert any("cramming.yaml:3:1: unknown key 'meens' (did you mean 'means'?)" in p for p in found), found
    assert any("cramming.yaml:5:1: unknown key 'x'" in p for p in found), found


def test_words_of_the_library_are_blamed_on_the_library(tmp_path: Path) -> None:
    own = tmp_path / "concepts"
    own.mkdir()
    (own / "cramming.yaml").write_text(
        "format: 1\nkind: diagnosis\nmeans: It crams.\nphrasings: [a, b, c]\n"
        "pushback: {error: no, because: 'No {% set x = 1 %}?'}\n",
        encoding="utf-8",
    )
    found = [str(p) for p in check(read(written(tmp_path, taking("{from: cramming}"))))]
    assert any("'assign' is not allowed" in p and "come from the concept 'cramming'" in p for p in found), (
        found
    )


def test_there_are_concepts_for_what_recurs() -> None:
    wanted = (
        "overfitting underfitting early_stopping add_dropout add_weight_decay get_more_data augment_data "
        "smaller_model bigger_model class_imbalance target_leakage lr_too_high lr_too_low distribution_shift "
        "covariate_shift label_shift concept_drift tune_threshold recalibrate use_precision use_recall"
    )
    assert set(wanted.split()) <= set(LIBRARY)
    assert all(path.parent == content.scenarios_dir() / "concepts" for path in concept_files().values())


@pytest.mark.parametrize("name", LIBRARY)
def test_every_concept_is_complete_and_of_no_case(name: str) -> None:
    concept: Concept = LIBRARY[name]
    assert read_concept(concept_files()[name]) == concept
    assert len(concept.hints) == LADDER_STEPS
    assert "___" in concept.hints[-1]
    assert concept.assertion
    assert concept.short
    assert len(concept.phrasings) >= 8
    pushback = concept.pushback
    assert pushback is not None
    for text in (pushback.because, pushback.again or "?"):
        assert text.endswith("?")
    texts = (*concept.phrasings, *concept.hints, concept.assertion, pushback.because, pushback.again or "")
    everything = " ".join(texts).casefold()
    for word in (
        "fraud",
        "transaction",
        "loan",
        "applicant",
        "recommend",
        "spam",
        "patient",
        "brooklyn",
        "{{",
    ):
        assert word not in everything, word


def test_no_two_concepts_share_words() -> None:
    owner: dict[str, str] = {}
    for name, concept in LIBRARY.items():
        for text in (*concept.phrasings, *concept.hints, concept.assertion or name):
            folded = " ".join(text.casefold().split()).rstrip(".!?")
            assert owner.setdefault(folded, name) == name, text


def test_the_cases_take_what_recurs_from_the_library() -> None:
    cases = {path.stem: read(path) for path in scenario_files(content.scenarios_dir())}
    ideas = [(case, name, idea) for case, s in cases.items() for name, idea in s.scenario.ideas.items()]
    times = Counter(name for _, name, _ in ideas)
    for case, name, idea in ideas:
        if name in LIBRARY or times[name] > 1:
            assert idea.taken_from == name, (case, name)
            assert set(LIBRARY[name].phrasings) <= set(idea.phrasings), (case, name)
