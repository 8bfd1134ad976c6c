"""A variant's signature: the measurable things that tell it apart, checked on a run's facts.

The seeds that learners get are the first in order (1, 2, 3, ...) for which every expression of the signature
holds: a rule, so that nobody picks evidence by eye. `tutor seeds` finds them, `tutor check` verifies them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tutor.scenario.schema import Variant
from tutor.scenario.templates import holds


def broken(variant: Variant, facts: Mapping[str, Any]) -> tuple[str, ...]:
    """The expressions of the signature that do not hold. RenderError when one cannot be evaluated."""
    return tuple(expression for expression in variant.signature if not holds(expression, facts))
