"""Learn the stance networks with torch; numpy reads with them (tutor/consultant/offline/network.py)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn

from benchmarks.reader_rows import StanceRows
from tutor.consultant.offline import vectors
from tutor.consultant.offline.network import STANCES, Batch, Network

UNITS, SIDE = 64, 32
EPOCHS, ROWS_A_STEP = 8, 128
FASTEST = 4e-3
DECAY = 2e-2
DROPPED_WORDS, DROPPED = 0.1, 0.3
"""Shares of words, and of numbers within, blanked at random in learning: new words must not confuse."""
SMOOTHING = 0.02
POOL = 20
"""Batches are drawn from so many batches' worth of rows sorted by length: little is spent on padding."""
OFF = -1e4


class Recurrent(nn.Module):
    """One network, as `network.Network` computes it."""

    def __init__(self, channels: int, features: int, units: int = UNITS) -> None:
        super().__init__()
        words = torch.tensor(vectors.table())
        self.words = nn.Embedding.from_pretrained(words, freeze=True)
        self.word_in = nn.Linear(words.shape[1], units, bias=False)
        self.known_in = nn.Linear(channels, units)
        self.readings = nn.ModuleList([nn.GRU(units, units, batch_first=True) for _ in range(2)])
        self.attention = nn.Linear(2 * units, 1, bias=False)
        self.side = nn.Linear(features, SIDE)
        self.out = nn.Linear(6 * units + SIDE, len(STANCES))
        self.drop = nn.Dropout(DROPPED)

    def forward(self, batch: Batch, features: Tensor) -> Tensor:
        """Logits (n, 3); `features` standardised."""
        known = torch.tensor(batch.known)
        words = self.words(torch.tensor(batch.words))
        if self.training:
            words = self.drop(words * (torch.rand(words.shape[:2]) > DROPPED_WORDS)[..., None])
        seen = torch.tanh(self.word_in(words) + self.known_in(known))
        backwards = torch.tensor(batch.backwards)[..., None].expand(seen.shape)
        forth = self.readings[0](seen)[0]
        back = self.readings[1](seen.gather(1, backwards))[0].gather(1, backwards)
        states = torch.cat([forth, back], dim=-1)
        present = torch.tensor(batch.present)[..., None]
        core = known[..., :1]
        of_core = (states * core).sum(1) / core.sum(1).clamp(min=1.0)
        attention = torch.softmax(torch.where(present, self.attention(states), OFF), dim=1)
        strongest = torch.where(present, states, OFF).amax(1)
        together = [of_core, (states * attention).sum(1), strongest, torch.tanh(self.side(features))]
        logits: Tensor = self.out(self.drop(torch.cat(together, dim=-1)))
        return logits

    def arrays(self) -> dict[str, np.ndarray]:
        """What `network.SHAPES` names, for one network."""

        def of(name: str) -> list[Tensor]:
            return [getattr(reading, name) for reading in self.readings]

        found = {
            "word_in": self.word_in.weight.T,
            "known_in": self.known_in.weight.T,
            "bias_in": self.known_in.bias,
            "input": torch.stack([weight.T for weight in of("weight_ih_l0")]),
            "input_bias": torch.stack(of("bias_ih_l0")),
            "state": torch.stack([weight.T for weight in of("weight_hh_l0")]),
            "state_bias": torch.stack(of("bias_hh_l0")),
            "attention": self.attention.weight[0],
            "side": self.side.weight.T,
            "side_bias": self.side.bias,
            "out": self.out.weight.T,
            "out_bias": self.out.bias,
        }
        return {name: value.detach().numpy().copy() for name, value in found.items()}


def train(draws: Sequence[StanceRows]) -> Network:
    """A network for each draw; they vote."""
    values = np.concatenate([np.array(rows.values) for rows in draws]).astype(np.float32)
    mean, deviation = values.mean(axis=0), values.std(axis=0) + 1e-3
    members = [learn(rows, mean, deviation, seed).arrays() for seed, rows in enumerate(draws)]
    together = {name: np.stack([one[name] for one in members]) for name in members[0]}
    return Network({"mean": mean, "deviation": deviation, **together})


def learn(rows: StanceRows, mean: np.ndarray, deviation: np.ndarray, seed: int) -> Recurrent:
    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    features = torch.tensor(((np.array(rows.values) - mean) / deviation).clip(-4, 4), dtype=torch.float32)
    labels = torch.tensor(rows.labels)
    weights = torch.tensor(rows.weights, dtype=torch.float32)
    weights /= weights.mean()
    lengths = np.array([len(steps.words) for steps in rows.steps])
    network = Recurrent(rows.steps[0].known.shape[1], features.shape[1])
    learned = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimiser = torch.optim.AdamW(learned, weight_decay=DECAY)
    batches = -(-len(labels) // ROWS_A_STEP)
    pace = torch.optim.lr_scheduler.OneCycleLR(optimiser, FASTEST, total_steps=EPOCHS * batches)
    for _ in range(EPOCHS):
        for at in _batches(lengths, rng):
            logits = network(Batch.of([rows.steps[k] for k in at]), features[at])
            each = nn.functional.cross_entropy(
                logits, labels[at], reduction="none", label_smoothing=SMOOTHING
            )
            optimiser.zero_grad()
            (each * weights[at]).mean().backward()
            nn.utils.clip_grad_norm_(learned, 1.0)
            optimiser.step()
            pace.step()
    return network.eval()


def _batches(lengths: np.ndarray, rng: np.random.Generator) -> list[np.ndarray]:
    order = rng.permutation(len(lengths))
    pools = [order[k : k + POOL * ROWS_A_STEP] for k in range(0, len(order), POOL * ROWS_A_STEP)]
    out = []
    for pool in pools:
        by_length = pool[np.argsort(lengths[pool], kind="stable")]
        out += [by_length[k : k + ROWS_A_STEP] for k in range(0, len(pool), ROWS_A_STEP)]
    return [out[k] for k in rng.permutation(len(out))]
