"""What is learned from one scenario, as arrays; saved without pickle."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from tutor.consultant.offline.linear import LinearReader

Array = npt.NDArray[Any]


class ModelFileError(ValueError):
    """The bytes are no saved model."""


@dataclass(frozen=True)
class FittedModel:
    """Readers fitted to one scenario's corpus.

    `ideas`, `acts`, `asks`: linear readers (asks: targets of questions; None without any).
    `usual`: idea -> share of its phrasings that hold each cue phrase or kind (see `marks.usual_cues`).
    `stage_ideas`: stage -> ideas of that stage. `titles`: target of a question -> its name. `known`,
    `targets`: words not to be corrected, and those that misspelt words are corrected to.
    """

    ideas: LinearReader
    acts: LinearReader
    asks: LinearReader | None
    usual: Mapping[str, Mapping[str, float]]
    stage_ideas: Mapping[str, tuple[str, ...]]
    titles: Mapping[str, str]
    known: tuple[str, ...]
    targets: tuple[str, ...]
    fit_seconds: float
    _masks: dict[str, Array] = field(default_factory=dict, repr=False, compare=False)

    def in_stage(self, stage: str) -> Array:
        """Which ideas belong to a stage: (ideas,) of bool; all of them for a stage nobody has heard of."""
        if stage not in self._masks:
            ideas = self.stage_ideas.get(stage)
            names = self.ideas.classes
            self._masks[stage] = np.array([ideas is None or name in ideas for name in names], dtype=bool)
        return self._masks[stage]

    def to_bytes(self) -> bytes:
        """An npz archive: arrays as they are, all text in one JSON member."""
        readers = {"ideas": self.ideas, "acts": self.acts, "asks": self.asks}
        arrays: dict[str, Array] = {}
        text: dict[str, Any] = {
            "stage_ideas": {stage: list(ideas) for stage, ideas in self.stage_ideas.items()},
            "titles": dict(self.titles),
            "usual": {idea: dict(shares) for idea, shares in self.usual.items()},
            "known": self.known,
            "targets": self.targets,
            "fit_seconds": self.fit_seconds,
            "readers": {},
        }
        for name, reader in readers.items():
            if reader is not None:
                text["readers"][name] = {"classes": reader.classes, "keys": reader.keys}
                for part in ("idf", "starts", "scales", "weights"):
                    arrays[f"{name}.{part}"] = getattr(reader, part)
        arrays["json"] = np.frombuffer(json.dumps(text).encode(), dtype=np.uint8)
        out = io.BytesIO()
        np.savez(out, allow_pickle=False, **arrays)
        return out.getvalue()

    @classmethod
    def from_bytes(cls, raw: bytes) -> FittedModel:
        """Raises ModelFileError if the bytes are cut short, or anything else."""
        try:
            with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
                text = json.loads(arrays["json"].tobytes())
                readers = {
                    name: LinearReader(
                        classes=tuple(labels["classes"]),
                        keys=tuple(labels["keys"]),
                        idf=arrays[f"{name}.idf"],
                        starts=arrays[f"{name}.starts"],
                        scales=arrays[f"{name}.scales"],
                        weights=arrays[f"{name}.weights"],
                    )
                    for name, labels in text["readers"].items()
                }
                return cls(
                    ideas=readers["ideas"],
                    acts=readers["acts"],
                    asks=readers.get("asks"),
                    usual=text["usual"],
                    stage_ideas={stage: tuple(ideas) for stage, ideas in text["stage_ideas"].items()},
                    titles=text["titles"],
                    known=tuple(text["known"]),
                    targets=tuple(text["targets"]),
                    fit_seconds=float(text["fit_seconds"]),
                )
        except Exception as error:
            raise ModelFileError(f"not a saved model: {error}") from error
