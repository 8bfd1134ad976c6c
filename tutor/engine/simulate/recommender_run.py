"""One measured recommender run: what training, tuning and the last evaluation left behind."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from tutor.engine.settings.recommender import RecommenderSettings
from tutor.engine.simulate.recommender_baselines import baselines
from tutor.engine.simulate.recommender_data import Score
from tutor.engine.simulate.recommender_tuning import Round
from tutor.engine.simulate.recommender_world import Shop
from tutor.engine.training import Epoch, Stopped


@dataclass(frozen=True)
class TrainedRun:
    """Everything measured in one run. `before` and `after` hold the scores on training, validation and test,
    before and after the tuning rounds."""

    settings: RecommenderSettings
    shop: Shop
    epochs: tuple[Epoch, ...]  # epoch 0 first
    stopped: Stopped
    rounds: tuple[Round, ...]
    before: tuple[Score, ...]
    after: tuple[Score, ...]
    parameters: Mapping[str, int]  # by part of the network

    @cached_property
    def log(self) -> tuple[Mapping[str, float], ...]:
        """The scores by epoch. While training, the training figures come from a sample; for the epoch whose
        weights the network holds, they are those on all examples."""
        exact = {"train_loss": self.before[0].loss, "train_accuracy": self.before[0].accuracy}
        held = self.stopped.weights_of_epoch
        return tuple(
            epoch.scores if epoch.epoch != held else {**epoch.scores, **exact} for epoch in self.epochs
        )

    def curve(self, name: str) -> list[float]:
        return [scores[name] for scores in self.log]

    @cached_property
    def best(self) -> Epoch:
        """The first epoch with the highest validation accuracy."""
        return max(self.epochs[1:], key=lambda epoch: epoch.scores["val_accuracy"])

    @cached_property
    def baselines(self) -> dict[str, tuple[float, float]]:
        return baselines(self.shop, self.settings.products)

    @property
    def size(self) -> int:
        return sum(self.parameters.values())
