"""The concept cards: every teaching point of the course has one, and each can be reached."""

from __future__ import annotations

import pytest

from tests.conftest import CASES
from tests.test_chat import tutor
from tutor import content
from tutor.scenario.cards import MOST, Card, UnknownCardError, about, card, cards, of_scenario
from tutor.scenario.checking import check
from tutor.scenario.concepts import library
from tutor.scenario.library import find
from tutor.scenario.reading import read

# Teaching point of the course -> the cards that teach it.
TEACHING_POINTS = {
    "the four steps of the training loop": ("training_loop",),
    "loss functions": ("loss_functions",),
    "shapes of the loss curve": ("loss_curves",),
    "optimizers": ("optimizers", "learning_rate", "gradients"),
    "overfitting": ("overfitting",),
    "remedies for overfitting": ("regularisation", "early_stopping", "data_augmentation"),
    "underfitting": ("underfitting",),
    "bias and variance": ("bias_variance",),
    "the three-way split": ("three_way_split", "confidence_intervals", "leakage"),
    "checking the data": ("data_checks",),
    "accuracy under imbalance": ("class_imbalance", "base_rate", "baselines"),
    "the confusion matrix": ("confusion_matrix", "precision_recall"),
    "the metric by the cost of errors": ("cost_of_errors",),
    "thresholds": ("thresholds",),
    "calibration": ("calibration",),
    "three kinds of shift": ("distribution_shift", "covariate_shift", "label_shift", "concept_drift"),
    "monitoring": ("monitoring", "delayed_labels"),
    "edge cases": ("edge_cases", "subgroups"),
    "graceful failure": ("graceful_failure", "uncertainty"),
}
SOURCES = find([content.scenarios_dir()]).sources


def test_every_teaching_point_has_its_cards_and_every_card_its_point() -> None:
    taught = [name for names in TEACHING_POINTS.values() for name in names]
    assert sorted(taught) == sorted(cards())


@pytest.mark.parametrize("found", cards().values(), ids=lambda c: c.name)
def test_a_card_is_short_and_says_how_it_looks_and_what_to_ask(found: Card) -> None:
    assert 80 <= len(found.text.split()) <= 200
    assert "**In the evidence.**" in found.text
    asked = found.text.rpartition("**Ask yourself.**")[2]
    assert "?" in asked
    assert found.title
    assert not found.title.startswith("#")


def test_the_ideas_of_the_cards_exist() -> None:
    known = {name for name, _ in library()} | {i for s in SOURCES.values() for i in s.scenario.ideas}
    known |= {i for s in SOURCES.values() for i in s.phrasings.phrasings}
    files = content.scenarios_dir().glob("*.phrasings.yaml")
    known |= {line.strip().rstrip(":") for f in files for line in f.read_text(encoding="utf-8").splitlines()}
    for found in cards().values():
        assert set(found.ideas) <= known, (found.name, set(found.ideas) - known)


def test_every_case_names_cards_that_exist() -> None:
    for source in SOURCES.values():
        assert source.scenario.concepts
        assert len(of_scenario(source.scenario)) == len(source.scenario.concepts)


def test_cards_for_what_went_wrong() -> None:
    scenario = SOURCES["fraud_training"].scenario
    assert about(["overfitting"], scenario)[0].name == "overfitting"
    assert about(["add_dropout"], scenario)[0].name == "regularisation"
    assert about([], scenario) == ()
    assert len(about(scenario.ideas, scenario)) == MOST


def test_names_as_people_write_them() -> None:
    assert card("Bias variance") is card("bias_variance") is card("bias-variance")
    with pytest.raises(UnknownCardError, match="did you mean 'overfitting'"):
        card("overfiting")


def test_an_unknown_card_is_a_problem_of_the_file(tmp_path) -> None:  # type: ignore[no-untyped-def]
    text = (CASES / "tiny.yaml").read_text(encoding="utf-8")
    path = tmp_path / "case.yaml"
    path.write_text(text.replace("minutes: 5", "minutes: 5\nconcepts: [loss_curve]"), encoding="utf-8")
    (problem,) = (p for p in check(read(path)) if p.severity == "error")
    assert "7:12: there is no concept card 'loss_curve' (did you mean 'loss_curves'?)" in str(problem)


def test_cards_can_be_read_in_the_chat_and_are_named_in_the_debrief() -> None:
    lines = ["/card", "/card learning rate", "/card nonsense", "It is overfitting.", "/end"]
    done = tutor("chat", "fraud_training", "--variant", "exploding_loss", "--seed", "1", lines=lines)
    assert done.returncode == 0, done.stderr
    assert "- learning_rate: How long is a step?" in done.stdout
    assert "Search by powers of ten" in " ".join(done.stdout.split())
    assert "there is no card 'nonsense'" in done.stderr
    (line,) = (part for part in done.stdout.split("\n\n") if part.startswith("Cards to read:"))
    assert "How long is a step?" in " ".join(line.split())
