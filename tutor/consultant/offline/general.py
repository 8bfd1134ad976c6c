"""The general models of the reader, the same for every scenario (benchmarks/train_reader.py)."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from tutor.consultant.offline.logistic import Logistic
from tutor.consultant.offline.network import Network


@dataclass(frozen=True)
class General:
    """`idea`: is a message about an idea; `stance`: what of it; `act`: what does the message do."""

    idea: Logistic
    stance: Network
    act: Logistic


@cache
def shipped() -> General:
    """The models that come with the reader."""
    here = files(__package__)
    tables = json.loads(here.joinpath("reader.json").read_text(encoding="utf-8"))
    return General(
        idea=Logistic.from_json(tables["idea"]),
        stance=Network.from_bytes(here.joinpath("stance.npz").read_bytes()),
        act=Logistic.from_json(tables["act"]),
    )
