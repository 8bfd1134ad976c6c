"""The three clients' cases, simulated: features, outcomes, a model trained on earlier cases, and the 10,000
cases of the client's report.

Each report states counts. They are met exactly by drawing the 10,000 cases, cell by cell of the confusion
matrix, at random from a larger pool of scored ones (a stratified sample); the worlds are tuned so that the
pool's own rates lie close to the report's, and `natural_recall` says how close. Lab changes score the same
10,000 again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy import optimize
from scipy.special import expit
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import BernoulliNB

from tutor.engine.metrics import Floats, Values
from tutor.engine.settings.clients import ClientsSettings

CASES = 10_000
Scorer = Callable[[Values], Floats]


class Report(NamedTuple):
    """The counts a client's report implies."""

    tp: int
    fn: int
    fp: int
    tn: int


class Cases(NamedTuple):
    """Rows of features (n, k), outcomes (n,), and the group of each (n,), an index into the world's names."""

    x: Values
    y: Values
    group: Values

    def take(self, rows: Values) -> Cases:
        return Cases(self.x[rows], self.y[rows], self.group[rows])


@dataclass(frozen=True)
class World:
    """One client's 10,000 reported cases, as scored by the model in use.

    `threshold` is the deployed one. `held_out` are 10,000 further cases at their natural rates, for
    recalibration. `natural_recall` is the deployed model's recall in the pool, before the report's cases were
    drawn from it.
    """

    cases: Cases
    score: Floats
    threshold: float
    held_out: Cases
    held_out_score: Floats
    groups: tuple[str, ...]
    natural_recall: float
    unseen: Cases | None = None  # B: the same mails with spam from campaigns the model never met
    unseen_score: Floats | None = None


def deployed_threshold(pool: Cases, score: Floats, report: Report) -> float:
    """The threshold, to three decimals, at which the pool's false alarms are as frequent as the report's; one
    half where the report flags nobody."""
    if report.tp + report.fp == 0:
        return 0.5
    share = report.fp / (report.fp + report.tn)
    return float(np.clip(np.round(np.quantile(score[pool.y == 0], 1 - share), 3), 0.001, 0.999))


def draw_reported(
    pool: Cases, score: Floats, threshold: float, report: Report, rng: np.random.Generator
) -> Values:
    """The rows, shuffled, of a sample with exactly the report's counts. ValueError where the pool lacks
    cases."""
    flagged, positive = score >= threshold, pool.y == 1
    cells = (flagged & positive, ~flagged & positive, flagged & ~positive, ~flagged & ~positive)
    rows = []
    for name, wanted, cell in zip(Report._fields, report, cells, strict=True):
        found = np.flatnonzero(cell)
        if len(found) < wanted:
            raise ValueError(f"these settings give {len(found)} of the {wanted} cases ({name}) in the report")
        rows.append(rng.choice(found, wanted, replace=False))
    return rng.permutation(np.concatenate(rows))


def assemble(
    report: Report,
    pool: Cases,
    held_out: Cases,
    reported_by: Scorer,
    in_use: Scorer,
    groups: tuple[str, ...],
    rng: np.random.Generator,
    unseen_positives: Cases | None = None,
) -> World:
    """Draw the report's cases with the model that made the report, and score them with the one in use."""
    score = reported_by(pool.x)
    threshold = deployed_threshold(pool, score, report)
    rows = draw_reported(pool, score, threshold, report, rng)
    cases = pool.take(rows)
    unseen = None
    if unseen_positives is not None:
        mails = cases.take(np.flatnonzero(cases.y == 0))
        unseen = Cases(*(np.concatenate(pair) for pair in zip(mails, unseen_positives, strict=True)))
    return World(
        cases=cases,
        score=in_use(cases.x),
        threshold=threshold,
        held_out=held_out,
        held_out_score=in_use(held_out.x),
        groups=groups,
        natural_recall=float(np.mean(score[pool.y == 1] >= threshold)),
        unseen=unseen,
        unseen_score=None if unseen is None else in_use(unseen.x),
    )


def logistic(train: Cases, columns: list[int], balanced: bool = False) -> Scorer:
    """A logistic regression on those columns, as a function from features to probabilities."""
    model = LogisticRegression(class_weight="balanced" if balanced else None)
    model.fit(train.x[:, columns], train.y)
    return lambda x: np.asarray(model.predict_proba(x[:, columns])[:, 1], dtype=float)


# ---------------------------------------------------------------- A: loans

LOAN_REPORT = Report(tp=8550, fn=450, fp=450, tn=550)  # 90% repay, 90% approved, 91% right
LOAN_GROUPS = ("long resident", "recent arrival")
LOAN_WEIGHTS = np.array(
    [0.7, -0.7, -0.8, 0.3, 1.2]
)  # income, debt ratio, late payments, job years, credit file
FILE = 4


def applicants(rng: np.random.Generator, n: int, arrivals: float, gap: float) -> Cases:
    """Applicants with five standardised features and whether they repay (90% do). The recent arrivals are
    just as solid as the others; only the credit file that the model gets to see is `gap` standard deviations
    thinner. A larger gap costs the model accuracy, so the features say a little more there: the report stays
    the same."""
    arrival = rng.random(n) < arrivals
    solid = rng.standard_normal((n, 1))
    share = np.array([0.6, -0.6, -0.6, 0.3, 0.6])
    x = share * solid + np.sqrt(1 - share**2) * rng.standard_normal((n, 5))
    strength = x @ LOAN_WEIGHTS * (0.86 + 0.12 * gap)
    level = optimize.brentq(lambda b: float(np.mean(expit(b + strength))) - 0.9, -20, 20)
    y = (rng.random(n) < expit(level + strength)).astype(int)
    x[:, FILE] -= gap * arrival
    return Cases(x, y, arrival.astype(int))


def loans(settings: ClientsSettings, rng: np.random.Generator) -> World:
    train = applicants(rng, 20_000, 0.02, settings.a_file_gap)
    pool = applicants(rng, 30_000, settings.a_arrivals, settings.a_file_gap)
    held_out = applicants(rng, CASES, settings.a_arrivals, settings.a_file_gap)
    reported_by = in_use = logistic(train, list(range(5)))
    if settings.a_class_weight or settings.a_drop_file:
        columns = list(range(FILE)) if settings.a_drop_file else list(range(5))
        in_use = logistic(train, columns, settings.a_class_weight)
    return assemble(LOAN_REPORT, pool, held_out, reported_by, in_use, LOAN_GROUPS, rng)


# ---------------------------------------------------------------- B: spam

MAIL_GROUPS = ("private", "invoices and orders", "newsletters and offers", "spam")
SALES, CAMPAIGN, PLAIN = (
    30,
    240,
    60,
)  # words of advertising, words of single campaigns, words of ordinary mail
CAMPAIGNS = 40


def letters(rng: np.random.Generator, n: int) -> Cases:
    """Real mails as sets of words: private ones, invoices, and newsletters that use the words of
    advertising."""
    kind = rng.choice(3, n, p=[0.6, 0.25, 0.15])
    chance = np.full((3, SALES + CAMPAIGN + PLAIN), 0.02, dtype=np.float32)
    chance[:, :SALES] = [[0.02], [0.05], [0.10]]
    chance[:, SALES + CAMPAIGN :] = 0.12
    words = rng.random((n, chance.shape[1]), dtype=np.float32) < chance[kind]
    return Cases(words, np.zeros(n, dtype=int), kind)


def templates(rng: np.random.Generator, own: int) -> Values:
    """The words of each spam campaign: some advertising, `own` words few others use, a little ordinary
    text."""
    words = np.zeros((2 * CAMPAIGNS, SALES + CAMPAIGN + PLAIN), dtype=bool)
    words[:, :SALES] = rng.random((len(words), SALES)) < 0.22
    words[:, SALES + CAMPAIGN :] = rng.random((len(words), PLAIN)) < 0.06
    for row in words:
        row[SALES + rng.choice(CAMPAIGN, own, replace=False)] = True
    return words


def spam(rng: np.random.Generator, template: Values, n: int) -> Cases:
    """Near-copies: a campaign's words with one in five left out, and a few stray ones put in."""
    chance = np.where(template, np.float32(0.8), np.float32(0.02))
    words = rng.random((n, template.shape[1]), dtype=np.float32) < chance[rng.integers(0, len(template), n)]
    return Cases(words, np.ones(n, dtype=int), np.full(n, MAIL_GROUPS.index("spam")))


def naive_bayes(train: Cases, balanced: bool = False) -> Scorer:
    """Bernoulli naive Bayes (McCallum & Nigam 1998), the classic spam filter."""
    model = BernoulliNB(class_prior=[0.5, 0.5] if balanced else None).fit(train.x, train.y)
    return lambda x: np.asarray(model.predict_proba(x)[:, 1], dtype=float)


def joined(*parts: Cases) -> Cases:
    return Cases(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def mails(settings: ClientsSettings, rng: np.random.Generator) -> World:
    """Half of the campaigns send spam while the filter is trained and while its report is made (a random
    split of one stream of near-copies); the other half come later, to the `unseen` mails."""
    n_spam = round(CASES * settings.b_spam_share)
    known, later = np.split(templates(rng, settings.b_campaign_words), 2)
    train = joined(letters(rng, 8000), spam(rng, known, round(8000 * settings.b_spam_share)))
    pool = joined(letters(rng, 14_000), spam(rng, known, max(2000, 3 * n_spam)))
    held_out = joined(letters(rng, CASES - n_spam), spam(rng, known, n_spam))
    lost = settings.b_letters_lost
    report = Report(tp=n_spam - (100 - lost), fn=100 - lost, fp=lost, tn=CASES - n_spam - lost)
    reported_by = in_use = naive_bayes(train)
    if settings.b_class_weight:
        in_use = naive_bayes(train, balanced=True)
    unseen = spam(rng, later, n_spam)
    return assemble(report, pool, held_out, reported_by, in_use, MAIL_GROUPS, rng, unseen)


# ---------------------------------------------------------------- C: a rare disease

PATIENT_GROUPS = ("healthy", "early stage", "advanced stage")
ILL = 50
ADVANCED = 0.35
BENIGN = 0.002  # healthy people in whom something harmless raises the fifth marker as far


def healthy(rng: np.random.Generator, n: int, marker: float) -> Cases:
    x = rng.standard_normal((n, 5))
    x[:, 4] += np.where(rng.random(n) < BENIGN, marker, 0.0)
    return Cases(x, np.zeros(n, dtype=int), np.zeros(n, dtype=int))


def ill(rng: np.random.Generator, n: int, signal: float, marker: float) -> Cases:
    """Patients: illness moves four markers a little, an advanced stage the fifth as well."""
    advanced = rng.random(n) < ADVANCED
    x = rng.standard_normal((n, 5))
    x[:, :4] += signal
    x[:, 4] += np.where(advanced, marker, 0.0)
    return Cases(x, np.ones(n, dtype=int), 1 + advanced.astype(int))


def patients(settings: ClientsSettings, rng: np.random.Generator) -> World:
    signal, marker = settings.c_signal, settings.c_marker
    train = joined(healthy(rng, 39_800, marker), ill(rng, 200, signal, marker))
    pool = joined(healthy(rng, 24_000, marker), ill(rng, 500, signal, marker))
    held_out = joined(healthy(rng, CASES - ILL, marker), ill(rng, ILL, signal, marker))
    found = settings.c_found
    report = Report(tp=found, fn=ILL - found, fp=found, tn=CASES - ILL - found)
    reported_by = in_use = logistic(train, list(range(5)))
    if settings.c_class_weight:
        in_use = logistic(train, list(range(5)), balanced=True)
    return assemble(report, pool, held_out, reported_by, in_use, PATIENT_GROUPS, rng)
