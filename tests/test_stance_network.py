"""What torch learns and what numpy reads with are the same network; and what it sees of a message."""

from __future__ import annotations

import numpy as np
import torch

from benchmarks import train_network
from benchmarks.train_network import Recurrent
from tutor.consultant.offline import features, vectors
from tutor.consultant.offline.marks import Marked
from tutor.consultant.offline.network import SHAPES, Batch, Network
from tutor.consultant.offline.sequence import LONGEST, Steps, channels, steps

SIDE = 5
MESSAGES = (
    "Overfitting? Hardly.",
    "the rate is far too big, my boss says it is 3.5 times what it should be",
    "no",
)


def seen(message: str, low: int = 0) -> Steps:
    marked = Marked.of(features.read(message))
    carried = np.zeros(len(marked.text.words))
    carried[low] = 1.0
    return steps(marked, carried, np.zeros_like(carried), low, low + 1)


def member(seed: int) -> Recurrent:
    torch.manual_seed(seed)
    return Recurrent(len(channels()), SIDE).eval()


def voting(members: list[Recurrent]) -> Network:
    arrays = [one.arrays() for one in members]
    together = {name: np.stack([one[name] for one in arrays]) for name in arrays[0]}
    return Network({"mean": np.zeros(SIDE), "deviation": np.ones(SIDE), **together})


def test_numpy_reads_as_torch_does() -> None:
    batch = Batch.of([seen(message) for message in MESSAGES])
    side = np.random.default_rng(0).normal(size=(len(MESSAGES), SIDE)).astype(np.float32)
    members = [member(0), member(1)]
    with torch.no_grad():
        votes = [torch.softmax(one(batch, torch.tensor(side)), -1).numpy() for one in members]
    found = voting(members).probabilities(batch, side)
    assert np.allclose(found, np.mean(votes, axis=0), atol=1e-5)
    assert np.ptp(found, axis=0).max() > 1e-3  # messages differ


def test_what_stands_beside_a_message_changes_nothing() -> None:
    network, side = voting([member(2)]), np.zeros((1, SIDE))
    alone = network.probabilities(Batch.of([seen(MESSAGES[0])]), side)
    together = network.probabilities(Batch.of([seen(m) for m in MESSAGES]), np.repeat(side, 3, axis=0))
    assert np.allclose(alone[0], together[0], atol=1e-6)


def test_a_saved_network_is_the_same_one_at_half_the_digits() -> None:
    network, batch = voting([member(3)]), Batch.of([seen(m) for m in MESSAGES])
    again = Network.from_bytes(network.to_bytes())
    assert {name: again.arrays[name].ndim for name in SHAPES} == {
        name: SHAPES[name].count(",") + (not SHAPES[name].endswith(",)")) for name in SHAPES
    }
    side = np.zeros((3, SIDE))
    assert np.allclose(again.probabilities(batch, side), network.probabilities(batch, side), atol=5e-3)


def test_a_long_message_is_cut_around_the_idea() -> None:
    found = seen("well " * 300 + "overfitting, " + "and so on " * 100, low=300)
    assert len(found.words) == LONGEST
    core = found.known[:, channels().index("core")]
    assert core.sum() == 1
    assert 10 < int(core.argmax()) < LONGEST - 10


def test_words_marks_numbers_and_cues_are_seen() -> None:
    at = {name: k for k, name in enumerate(channels())}
    found = seen('"dropout" is not 0.5!', low=0)
    rows = vectors.rows()
    assert found.words.tolist() == [0, rows.get("dropout", 0), 0, rows["is"], rows["not"], 0, 0]
    assert [k for k, row in enumerate(found.known) if row[at['"']]] == [0, 2]
    assert found.known[5, at["number"]] == found.known[6, at["!"]] == found.known[4, at["negation"]] == 1
    assert not vectors.table()[0].any()


def test_learning_from_labelled_rows_lowers_the_loss() -> None:
    rows = train_network.StanceRows()
    texts = [(f"dropout {end}", label) for end, label in (("helps", 0), ("never", 1), ("what", 2))] * 60
    for text, label in texts:
        rows.add(np.zeros(SIDE), label, "message", 1.0)
        rows.steps.append(seen(text))
    network = train_network.train([rows])
    found = network.probabilities(Batch.of([seen(text) for text, _ in texts[:3]]), np.zeros((3, SIDE)))
    assert found.argmax(axis=1).tolist() == [0, 1, 2]
