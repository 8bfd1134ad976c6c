"""A small transformer encoder that reads a history of products and names what comes next.

The block is the parallel one of GPT-J and PaLM (Wang & Komatsuzaki 2021; Chowdhery et al. 2022): attention
and feed-forward read the same normalised input side by side. They share their two projections, so that a
deep, narrow network needs few and large operations.
"""

from __future__ import annotations

import math

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class Block(nn.Module):
    """One layer: single-head attention beside a feed-forward unit, added to its input. (n, length, width) in
    and out."""

    def __init__(self, width: int, feed_forward: int, dropout: float, depth: int) -> None:
        super().__init__()
        key = max(4, width // 4)
        self.parts = [key, key, width, feed_forward]
        self.norm = nn.LayerNorm(width)
        self.read = nn.Linear(width, sum(self.parts), bias=False)
        self.write = nn.Linear(width + feed_forward, width, bias=False)
        self.dropout = nn.Dropout(dropout)
        nn.init.normal_(self.read.weight, std=width**-0.5)
        # All `depth` layers add to one stream: scaled down, their sum keeps its size
        # (Radford et al. 2019, GPT-2).
        nn.init.normal_(self.write.weight, std=(width + feed_forward) ** -0.5 / math.sqrt(2 * depth))

    def forward(self, x: Tensor) -> Tensor:
        query, key, value, hidden = self.read(self.norm(x)).split(self.parts, -1)
        attention = torch.softmax(query @ key.transpose(1, 2) / math.sqrt(key.shape[-1]), -1)
        mixed = torch.cat([attention @ value, F.relu(hidden)], -1)
        added: Tensor = x + self.dropout(self.write(mixed))
        return added


class Recommender(nn.Module):
    """Embeddings of product and position, `layers` blocks, and a linear head over the whole history.

    `forward` takes product numbers, shape (n, length), and gives one logit per class, shape (n, classes).
    Initial weights come from torch's global generator: seed it first.
    """

    def __init__(
        self,
        *,
        products: int,
        length: int,
        classes: int,
        layers: int,
        width: int,
        feed_forward: int,
        dropout: float,
    ) -> None:
        super().__init__()
        self.products = nn.Embedding(products, width)
        self.positions = nn.Parameter(torch.randn(length, width))
        self.dropout = nn.Dropout(dropout)
        self.blocks = nn.Sequential(*[Block(width, feed_forward, dropout, layers) for _ in range(layers)])
        self.norm = nn.LayerNorm(width)
        self.head = nn.Linear(length * width, classes)
        nn.init.normal_(self.head.weight, std=(length * width) ** -0.5)
        nn.init.zeros_(self.head.bias)

    def features(self, histories: Tensor) -> Tensor:
        """What the last block has made of each history, shape (n, length * width): the input of the head."""
        embedded = self.dropout(self.products(histories) + self.positions)
        features: Tensor = self.norm(self.blocks(embedded)).flatten(1)
        return features

    def forward(self, histories: Tensor) -> Tensor:
        logits: Tensor = self.head(self.features(histories))
        return logits


def parameters(model: nn.Module) -> int:
    """How many numbers training may change."""
    return sum(weights.numel() for weights in model.parameters())
