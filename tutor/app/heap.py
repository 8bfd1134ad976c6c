"""Keeps the garbage collector from stopping the screen.

Scenarios, runs and the text of a long session are tens of thousands of values that stay until the end.
Looking through all of them for garbage stops the event loop for up to a tenth of a second, each time.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

# Few young objects at a time, so that each look is short; full looks, which are not, are for `tidy`.
THRESHOLDS = (2_000, 10, 1_000)


@contextmanager
def filling() -> Iterator[None]:
    """While much is read that will stay: nothing is looked through, and afterwards it never is."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*THRESHOLDS)
        gc.enable()


def tidy() -> None:
    """A full look, at a moment when nobody types and nothing streams."""
    gc.collect()
