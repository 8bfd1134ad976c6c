"""Learning one scenario's readers from its phrasings, with scikit-learn and scipy.

Kernel ridge regression on tf-idf blocks, one target per class (regularised least-squares classification,
Rifkin, Yeo & Poggio, 2003): closed form, a second for a scenario, and about as good as logistic regression on
few examples a class.
"""

from __future__ import annotations

import time
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from typing import TypeVar

import numpy as np
from scipy import linalg, sparse
from sklearn.feature_extraction.text import TfidfTransformer
from sklearn.preprocessing import normalize

from tutor.consultant.corpus import Corpus
from tutor.consultant.offline import acts, cues, features, leaning, marks
from tutor.consultant.offline.features import Text
from tutor.consultant.offline.linear import LinearReader
from tutor.consultant.offline.model import FittedModel
from tutor.consultant.offline.text import short_forms
from tutor.consultant.offline.thesaurus import known_words

Example = TypeVar("Example")

RIDGE = 0.15
"""Regularisation, per unit of a text's squared length."""
RARE = {"c": 2, "p": 2}
"""Blocks whose features must occur in so many texts to be kept."""

_STRIP = 512

CONTRIBUTIONS = 350
"""About so many phrasings, and so many whole messages, stand for all contributions when acts are learned: of
the other acts there are fewer."""


def fit_reader(
    documents: Sequence[Sequence[str]],
    labels: Sequence[str | None],
    classes: Sequence[str],
    scales: Mapping[str, float],
    rare: Mapping[str, int] = RARE,
) -> LinearReader:
    """A linear reader for documents given as feature keys. A label of None stands for "none of the
    classes"."""
    number_of: defaultdict[str, int] = defaultdict()
    number_of.default_factory = number_of.__len__
    indices = [number_of[key] for document in documents for key in document]
    indptr = np.cumsum([0, *map(len, documents)])
    table = sparse.csr_matrix(
        (np.ones(len(indices), dtype=np.float32), indices, indptr), shape=(len(documents), len(number_of))
    )
    table.sum_duplicates()
    held_by = np.bincount(table.indices, minlength=len(number_of))
    kept = features.order(key for key, k in number_of.items() if held_by[k] >= rare.get(key[0], 1))
    table = table[:, [number_of[key] for key in kept]]

    tfidf = TfidfTransformer(norm=None, sublinear_tf=True)
    table = tfidf.fit_transform(table).tocsc()
    blocks = [block for block in scales if any(key[0] == block for key in kept)]
    starts = np.array(
        [next(k for k, key in enumerate(kept) if key[0] == block) for block in blocks], dtype=int
    )
    ends = [*starts[1:], len(kept)]
    scale = np.array([scales[block] for block in blocks])
    table = sparse.hstack(
        [normalize(table[:, a:b]) * float(s) for a, b, s in zip(starts, ends, scale, strict=True)]
    ).tocsr()

    number = {name: k for k, name in enumerate(classes)}
    target = np.zeros((len(documents), len(classes)), dtype=np.float32)
    for row, label in enumerate(labels):
        if label is not None:
            target[row, number[label]] = 1.0
    gram = _gram(table)
    gram.flat[:: len(gram) + 1] += RIDGE * float((scale**2).sum())
    factor = linalg.cho_factor(gram, lower=True, overwrite_a=True, check_finite=False)
    weights = (table.T @ linalg.cho_solve(factor, target, check_finite=False)).astype(np.float32)
    return LinearReader(tuple(classes), tuple(kept), tfidf.idf_.astype(np.float32), starts, scale, weights)


def _gram(table: sparse.csr_matrix) -> np.ndarray:
    """Products of all rows with all rows: half of them are worked out, the others are the same."""
    n = table.shape[0]
    gram = np.empty((n, n), dtype=table.dtype)
    for first in range(0, n, _STRIP):
        last = min(first + _STRIP, n)
        strip = (table[first:] @ table[first:last].T).toarray()
        gram[first:, first:last] = strip
        gram[first:last, first:] = strip.T
    return gram


def fit(corpus: Corpus) -> FittedModel:
    """The readers of one scenario. Raises ValueError for a corpus without phrasings."""
    began = time.perf_counter()
    if not any(corpus.phrasings.values()):
        raise ValueError("a corpus without phrasings: there is nothing to learn from")
    ideas = list(corpus.phrasings)
    phrased = [(features.read(text), idea) for idea, texts in corpus.phrasings.items() for text in texts]
    phrased += [(features.read(said), idea) for e in corpus.stances for idea, said in e.words.items()]
    own_acts = [(text, act) for act, texts in corpus.acts.items() for text in texts]
    acted = [(features.read(text), act) for text, act in (*own_acts, *acts.bank())]
    mentioned = [features.read(text) for text in corpus.mentions]
    stanced = [features.read(example.text) for example in _some(corpus.stances)]

    none_of_them = _some([text for text, act in acted if act != "contribution"]) + mentioned
    idea_reader = fit_reader(
        [features.whole(text) for text, _ in phrased] + [features.whole(text) for text in none_of_them],
        [idea for _, idea in phrased] + [None] * len(none_of_them),
        ideas,
        features.BLOCKS,
    )
    by_act: list[tuple[Text, str]] = [
        *((text, "contribution") for text in _some([text for text, _ in phrased])),
        *((text, "contribution") for text in stanced),
        *acted,
        *((text, "mention") for text in mentioned),
    ]
    act_reader = fit_reader(
        [acts.keys(text) for text, _ in by_act], [act for _, act in by_act], acts.CLASSES, acts.SCALES
    )
    asked = [(features.read(text), target) for target, texts in corpus.asked_by.items() for text in texts]
    ask_reader = None
    if asked:
        others = [text for text, act in acted if act not in ("question", "contribution")]
        ask_reader = fit_reader(
            [features.whole(text) for text, _ in asked] + [features.whole(text) for text in others],
            [target for _, target in asked] + [None] * len(others),
            list(corpus.asked_by),
            features.BLOCKS,
        )
    usual = {
        idea: marks.usual_cues([text for text, of in phrased if of == idea], idea_reader, number)
        for number, idea in enumerate(ideas)
    }
    known, targets = _vocabulary([*phrased, *acted, *((text, "") for text in (*mentioned, *stanced))])
    return FittedModel(
        ideas=idea_reader,
        acts=act_reader,
        asks=ask_reader,
        usual=usual,
        stage_ideas=dict(corpus.stage_ideas),
        titles={target: texts[0] for target, texts in corpus.asked_by.items() if texts},
        known=known,
        targets=targets,
        fit_seconds=time.perf_counter() - began,
    )


def _some(examples: Sequence[Example]) -> list[Example]:
    return list(examples[:: max(1, len(examples) // CONTRIBUTIONS)])


def _vocabulary(texts: Sequence[tuple[Text, str]]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(every word seen, the words worth correcting to: seen twice, or spelt out in the thesaurus)."""
    counts = Counter(form for text, _ in texts for form in {word.form for word in text.words})
    trusted = (
        set(known_words()) | {word for long in short_forms().values() for word in long} | cues.words_used()
    )
    trusted |= leaning.words_used()
    targets = trusted | {form for form, count in counts.items() if count >= 2}
    return tuple(sorted(set(counts) | trusted)), tuple(sorted(targets))
