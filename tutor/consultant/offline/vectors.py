"""Word vectors: what each of the commonest English words is like, so that "nonsense" tells of "rubbish".

GloVe (Pennington, Socher & Manning, 2014), cut to the commonest words and one byte a number
(benchmarks/word_vectors.py). They help to read how a stance is worded, and for nothing else.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]


@cache
def _shipped() -> tuple[Mapping[str, int], Array]:
    raw = files(__package__).joinpath("english", "vectors.npz").read_bytes()
    with np.load(io.BytesIO(raw), allow_pickle=False) as arrays:
        words = arrays["words"].tobytes().decode().split("\n")
        table = np.vstack([np.zeros_like(arrays["table"][:1]), arrays["table"]]).astype(np.float32)
        return {word: k + 1 for k, word in enumerate(words)}, table * float(arrays["scale"])


def rows() -> Mapping[str, int]:
    """Word -> its row of `table`."""
    return _shipped()[0]


def table() -> Array:
    """(1 + words, dimensions); row 0, of zeros, stands for a word without a vector."""
    return _shipped()[1]
