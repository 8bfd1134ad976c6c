"""The engines there are: name -> where the settings class and the simulation live.

The parent process imports settings only; the child imports simulations (torch, scikit-learn).
A settings class is a `Record` whose fields are scalars with defaults, ranges and descriptions; beside it
stand `FACTS` and `EXHIBITS`, which name what a run gives back. A simulation module has
`simulate(settings, seed) -> Iterator[Progress | Outcome]`, the `Outcome` last.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import NamedTuple, Protocol

from tutor.engine.records import Outcome, Progress, Record


class Engine(NamedTuple):
    settings: str  # "module:Class", importable in the parent
    simulation: str  # "module", importable in the child only


ENGINES: dict[str, Engine] = {
    "fraud": Engine("tutor.engine.settings.fraud:FraudSettings", "tutor.engine.simulate.fraud"),
    "recommender": Engine(
        "tutor.engine.settings.recommender:RecommenderSettings", "tutor.engine.simulate.recommender"
    ),
    "clients": Engine("tutor.engine.settings.clients:ClientsSettings", "tutor.engine.simulate.clients"),
    "credit": Engine("tutor.engine.settings.credit:CreditSettings", "tutor.engine.simulate.credit"),
    "concepts": Engine("tutor.engine.settings.concepts:ConceptsSettings", "tutor.engine.simulate.concepts"),
}


class Evidence(NamedTuple):
    """What every run of an engine gives back: path of a fact or name of an exhibit -> what it is."""

    facts: Mapping[str, str]
    exhibits: Mapping[str, str]


class Simulation(Protocol):
    def __call__(self, settings: Record, seed: int, /) -> Iterator[Progress | Outcome]: ...


def settings_class(engine: str) -> type[Record]:
    """The settings class of an engine; KeyError for an unknown one."""
    module, name = ENGINES[engine].settings.split(":")
    found: type[Record] = getattr(import_module(module), name)
    return found


def evidence(engine: str) -> Evidence:
    """What a run of an engine gives back, in words; KeyError for an unknown one."""
    module = import_module(ENGINES[engine].settings.partition(":")[0])
    return Evidence(module.FACTS, module.EXHIBITS)


def simulation(engine: str) -> Simulation:
    """The simulation of an engine. Imports torch or scikit-learn: for the child process."""
    found: Simulation = import_module(ENGINES[engine].simulation).simulate
    return found
