"""What the levers are set to before a run. Pure.

A lever that was not touched is "as it is": its present value may be the very fault that is looked for.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from tutor.conversation import lab
from tutor.engine import levers as engine_levers
from tutor.scenario.schema import Scenario, Setting

AS_IT_IS = "as it is"


@dataclass(frozen=True)
class Dials:
    """The levers of a case and the changes chosen so far."""

    scenario: Scenario
    changes: Mapping[str, Setting] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self.scenario.levers)

    @property
    def cost(self) -> float:
        """Hours on the case's clock."""
        return lab.cost(self.scenario, self.changes)

    @property
    def words(self) -> str:
        """The changes as a label."""
        return lab.in_words(self.scenario, self.changes)

    def label(self, name: str) -> str:
        """The lever's name for people."""
        return self.scenario.levers[name].label or name.replace("_", " ")

    def shown(self, name: str) -> str:
        """What the lever is set to, in words."""
        return lab.shown(self.changes[name]) if name in self.changes else AS_IT_IS

    def told(self, name: str) -> str:
        """What the lever may be set to, what that costs, and what it means."""
        lever = self.scenario.levers[name]
        meaning = engine_levers.levers(self.scenario.engine)[name].description
        cost = f" Costs {lever.hours:g} h." if lever.hours else ""
        return f"{lab.allowed(lever)}.{cost} {meaning}".strip()

    def turned(self, name: str, step: int) -> Dials:
        """The next allowed value, or the one before; "as it is" stands before the first."""
        choices: list[Setting | None] = [None, *self.scenario.levers[name].values]
        now = self.changes.get(name)
        place = next((i for i, c in enumerate(choices) if c == now and type(c) is type(now)), 0)
        chosen = choices[(place + step) % len(choices)]
        return self.reset(name) if chosen is None else self._with(name, chosen)

    def typed(self, name: str, text: str) -> Dials:
        """The lever at what was typed. LabError for a value that is not allowed."""
        (value,) = lab.parse(self.scenario, [f"{name}={text}"]).values()
        return self._with(name, value)

    def reset(self, name: str | None = None) -> Dials:
        """One lever, or all of them, as it is."""
        kept = {n: v for n, v in self.changes.items() if name not in (None, n)}
        return replace(self, changes=kept)

    def _with(self, name: str, value: Setting) -> Dials:
        changes = {**self.changes, name: value}
        return replace(self, changes={n: changes[n] for n in self.scenario.levers if n in changes})
