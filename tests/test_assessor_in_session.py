"""The offline reader inside a session: floods of ideas, going along, one's own opinion, what is asked for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.authoring.content_tests import hear
from tutor.consultant.asked import AskedContext
from tutor.consultant.material import corpus_of
from tutor.consultant.offline import load_or_fit
from tutor.consultant.offline.assessor import OfflineAssessor
from tutor.consultant.reader import Reader
from tutor.dialogue.key import Key
from tutor.dialogue.model import Act, MoveKind, Reason
from tutor.dialogue.session import at_stage
from tutor.scenario.reading import Source, read

ROOT = Path(__file__).parent.parent / "scenarios"


@pytest.fixture(scope="module")
def clients() -> Source:
    return read(ROOT / "three_clients.yaml")


@pytest.fixture(scope="module")
def fitted(clients: Source, shared_cache: Path) -> OfflineAssessor:
    return load_or_fit(corpus_of(clients), shared_cache / "assessor")


@pytest.mark.parametrize("joint", ["; ", ", ", ". ", " and "])
@pytest.mark.parametrize("stage", ["client_a", "client_b", "client_c"])
def test_a_flood_of_ideas_is_asked_to_commit_and_earns_nothing(
    clients: Source, fitted: OfflineAssessor, joint: str, stage: str
) -> None:
    session = at_stage(Key(clients.scenario, "majority_models"), stage)
    flood = joint.join(idea.means.rstrip(".") for idea in clients.scenario.ideas.values())
    session, found, move = hear(Reader(fitted), session, flood)
    assert len(found.asserted()) >= 10
    assert (move.kind, move.reason) == (MoveKind.PROBE, Reason.SHOTGUN)
    assert not session.credits


@pytest.mark.parametrize(
    "text",
    ["OK, whatever you say.", "ok", "sure, fine", "all right then", "you decide", "as you wish", "either"],
)
def test_going_along_chooses_nothing(fitted: OfflineAssessor, text: str) -> None:
    for offered in (("use_recall",), ("use_recall", "use_accuracy"), ("c_predicts_nobody", "use_f1")):
        found = fitted.assess(text, stage="client_c", asked=AskedContext(MoveKind.CLARIFY, offered))
        assert found.claims == ()


@pytest.mark.parametrize(
    "frame", ["{} if you ask me", "If you ask me, {}", "{}, if I had to bet", "{} as I said"]
)
def test_ones_own_opinion_is_no_condition(fitted: OfflineAssessor, frame: str) -> None:
    found = fitted.assess(frame.format("I would report recall"), stage="client_c")
    assert (found.act, found.asserted(), found.denied()) == (Act.CONTRIBUTION, ("use_recall",), ())


@pytest.mark.parametrize(
    ("text", "stage", "exhibit"),
    [
        ("What is the base rate?", "client_a", "a_base_rates"),
        ("What is the base rate?", "client_b", "b_base_rates"),
        ("What is the base rate?", "client_c", "c_base_rates"),
        ("show me the confusion matrix", "client_c", "c_matrix"),
        ("could I see a confusion matrix?", "client_b", "b_matrix"),
        ("can I see the ROC curve of client B again?", "client_c", "b_roc"),
        ("what share of the mails is spam?", "client_c", "b_base_rates"),
    ],
)
def test_what_is_asked_for_is_the_stages_own_unless_named(
    clients: Source, fitted: OfflineAssessor, text: str, stage: str, exhibit: str
) -> None:
    session = at_stage(Key(clients.scenario, "majority_models"), stage)
    _, found, _ = hear(Reader(fitted), session, text)
    assert found.asks == f"exhibit:{exhibit}"


def test_asking_for_evidence_counts_as_the_observation_that_one_needs_it(
    clients: Source, fitted: OfflineAssessor
) -> None:
    session = at_stage(Key(clients.scenario, "majority_models"), "client_b")
    session, found, move = hear(Reader(fitted), session, "show me the confusion matrix for B")
    assert found.asks == "exhibit:b_matrix"
    assert session.credit("need_confusion_matrix") is not None
    assert "b_matrix" in (move.exhibit, move.shows)
