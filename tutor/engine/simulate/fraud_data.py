"""The payments table of the fraud case: drawn from a known process, with faults planted the way they happen.

Fraud depends on pairs of features (abroad *and* card present, a new payee *and* a foreign address, a large
amount *at night*), so that a model without a hidden layer can hardly see it. Two faults can be planted:
labels attached by row number to a ledger in another order, and a column that is written after the fact.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import brentq
from scipy.special import expit

from tutor.engine.settings.fraud import TRAIN_SHARE, VALIDATION_SHARE, FraudSettings

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

DAYS = 180.0  # the period the table covers; it was extracted on its last day
PRODUCTION_ROWS = 5_000  # payments after that day, on which the finished model decides
CHARGEBACK_CODE = 4837.0  # "no cardholder authorisation", as the dispute desk writes it
CHARGEBACK_LAG = 5.0  # mean days from a payment to its chargeback code
LEAKY_COLUMN = "chargeback_code"
HEAVY_TAILED = ("amount_cents", "distance_km", "account_age_days", "device_age_days", "amount_to_average")


@dataclass(frozen=True)
class Payments:
    """Payments in raw units, and what the ledger says of each: `fraud` is 0 or 1, shape (rows,)."""

    columns: dict[str, Floats]
    day: Floats
    fraud: Floats


@dataclass(frozen=True)
class Table:
    """What the model is given. `labels` are those it was trained on, `ledger` the truth; `parts` are row
    numbers by split. `inputs` is (rows, features), scaled; the table's rows come first, then production's."""

    names: tuple[str, ...]
    raw: dict[str, Floats]
    inputs: Floats
    labels: Floats
    ledger: Floats
    parts: dict[str, Ints]
    chargeback_days: float | None  # median days until the leaky column is written, over filled rows


def draw_payments(rows: int, rng: np.random.Generator) -> dict[str, Floats]:
    """Plausible payments; amounts in cents with a median of about 30 euros."""
    in_hour = rng.poisson(1.0, rows).astype(float)
    hour = rng.uniform(0, 24, rows)

    def chance(share: float) -> Floats:
        return (rng.random(rows) < share).astype(float)

    return {
        "amount_cents": np.exp(rng.normal(8.0, 1.2, rows)),
        "hour": hour,
        "distance_km": np.exp(rng.normal(2.0, 1.3, rows)),
        "payments_last_hour": in_hour,
        "payments_last_day": in_hour + rng.poisson(4.0, rows),
        "account_age_days": rng.exponential(900, rows) + 1,
        "device_age_days": rng.exponential(300, rows) + 1,
        "merchant_risk": rng.beta(2, 5, rows),
        "abroad": chance(0.35),
        "card_present": chance(0.5),
        "new_payee": chance(0.4),
        "ip_mismatch": chance(0.4),
        "failed_pins": rng.poisson(0.4, rows).astype(float),
        "balance_share": rng.beta(2, 3, rows),
        "amount_to_average": np.exp(rng.normal(0, 0.7, rows)),
        "night": (hour < 6).astype(float),
        "weekend": chance(2 / 7),
        "browser_age_years": rng.exponential(1.0, rows),
        "session_minutes": rng.normal(6.0, 2.0, rows),
        "typing_speed": rng.normal(40.0, 9.0, rows),
    }


def products(c: dict[str, Floats]) -> dict[str, Floats]:
    """The pairs by which fraud shows: what an analyst would engineer, and what a network has to find."""
    size = (np.log(c["amount_cents"]) - 8.0) / 1.2
    distance = (np.log(c["distance_km"]) - 2.0) / 1.3
    return {
        "abroad_x_card_present": (2 * c["abroad"] - 1) * (2 * c["card_present"] - 1),
        "new_payee_x_ip_mismatch": (2 * c["new_payee"] - 1) * (2 * c["ip_mismatch"] - 1),
        "amount_x_night": size * np.where(c["night"] > 0, 1.0, -0.5),  # large by night, small by day
        "distance_squared": distance * distance - 1,  # very near or very far
    }


def fraud_score(c: dict[str, Floats], signal: float) -> Floats:
    """The log-odds of fraud, up to a constant."""
    p = products(c)
    score = (
        2.2 * p["abroad_x_card_present"]
        + 1.8 * p["new_payee_x_ip_mismatch"]
        + 1.5 * p["amount_x_night"]
        + 0.84 * p["distance_squared"]
        + 0.8 * np.log(c["amount_to_average"]) / 0.7
        + 0.5 * (c["failed_pins"] - 0.4)
        + 0.3 * (c["payments_last_hour"] - 1.0)
    )
    return np.asarray(1.6 * signal * score)


def draw(settings: FraudSettings, seed: int) -> tuple[Payments, Payments]:
    """The table and the production month after it. Each part of the process has its own random stream, so
    that switching one fault off leaves everything else as it was."""
    table_rng, production_rng, _, _, _ = streams(seed)
    columns = draw_payments(settings.transactions, table_rng)
    score = fraud_score(columns, settings.signal)
    base = float(brentq(lambda b: expit(score + b).mean() - settings.fraud_rate, -200.0, 200.0))
    fraud = (table_rng.random(len(score)) < expit(score + base)).astype(float)
    day = np.sort(table_rng.uniform(0, DAYS, len(score)))

    later = draw_payments(PRODUCTION_ROWS, production_rng)
    odds = fraud_score(later, settings.signal) + base
    fraud_later = (production_rng.random(PRODUCTION_ROWS) < expit(odds)).astype(float)
    after = np.full(PRODUCTION_ROWS, DAYS)
    return Payments(columns, day, fraud), Payments(later, after, fraud_later)


def streams(seed: int) -> list[np.random.Generator]:
    """Independent random streams: table, production, ledger order, split, chargebacks."""
    return [np.random.default_rng(s) for s in np.random.SeedSequence(seed).spawn(5)]


def build_table(settings: FraudSettings, seed: int) -> Table:
    """The table as the pipeline delivers it, faults included."""
    _, _, ledger_rng, split_rng, chargeback_rng = streams(seed)
    past, later = draw(settings, seed)
    rows = len(past.fraud)
    raw = {name: np.concatenate([past.columns[name], later.columns[name]]) for name in past.columns}
    features = dict(raw)
    if settings.engineered_features:
        features |= products(raw)

    chargeback_days = None
    if settings.leaky_feature:
        code, chargeback_days = chargeback_codes(past, chargeback_rng)
        raw[LEAKY_COLUMN] = np.concatenate([code, np.zeros(PRODUCTION_ROWS)])  # empty when a payment comes in
        if not settings.drop_leaky_feature:
            features[LEAKY_COLUMN] = raw[LEAKY_COLUMN]

    joined = past.fraud
    if settings.shuffle_labels:
        joined = past.fraud[ledger_rng.permutation(rows)]  # row i meets line i of a ledger sorted otherwise

    order = stratified_order(joined, split_rng) if settings.split == "random" else np.arange(rows)
    cuts = [int(rows * TRAIN_SHARE), int(rows * (TRAIN_SHARE + VALIDATION_SHARE))]
    train, validation, test = np.split(order, cuts)
    parts = {
        "train": train,
        "validation": validation,
        "test": test,
        "production": np.arange(rows, rows + PRODUCTION_ROWS),
    }
    return Table(
        names=tuple(features),
        raw=raw,
        inputs=scale(features, train, settings.scale_amount),
        labels=np.concatenate([joined, later.fraud]),
        ledger=np.concatenate([past.fraud, later.fraud]),
        parts=parts,
        chargeback_days=chargeback_days,
    )


def stratified_order(labels: Floats, rng: np.random.Generator) -> Ints:
    """Rows in a random order in which every stretch holds both classes in the same proportion: cutting it
    gives a stratified split."""
    position = np.empty(len(labels))
    for value in (0, 1):
        rows = rng.permutation(np.flatnonzero(labels == value))
        position[rows] = (np.arange(len(rows)) + 0.5) / max(1, len(rows))
    return np.argsort(position, kind="stable")


def chargeback_codes(past: Payments, rng: np.random.Generator) -> tuple[Floats, float]:
    """A code for 97% of the frauds and 0.5% of the rest, written some days later; none after the extraction.
    Returns it with the median delay in days."""
    disputed = rng.random(len(past.fraud)) < np.where(past.fraud > 0, 0.97, 0.005)
    lag = rng.exponential(CHARGEBACK_LAG, len(past.fraud))
    written = disputed & (past.day + lag < DAYS)
    return np.where(written, CHARGEBACK_CODE, 0.0), float(np.median(lag[written]))


def scale(features: dict[str, Floats], train: Ints, scale_amount: bool) -> Floats:
    """Features by column, heavy tails as logarithms, standardised by the training rows' mean and deviation;
    the amount stays in cents where it is not scaled."""
    columns = []
    for name, values in features.items():
        if name == "amount_cents" and not scale_amount:
            columns.append(values)
            continue
        column = np.log(values) if name in HEAVY_TAILED else values
        columns.append((column - column[train].mean()) / (column[train].std() + 1e-9))
    return np.stack(columns, axis=1)
