"""For widgets that grow while words come: one layout and one painting for a change, not two."""

from __future__ import annotations

from textual.geometry import Size
from textual.reactive import Reactive


def grown_into() -> Reactive[Size]:
    """In place of a widget's `virtual_size`, which asks for another layout after the one that set it. (What
    has another size is painted anyway.)"""
    return Reactive(Size(0, 0), layout=False, repaint=False)
