"""Three clients in one week: for each, 10,000 cases, the model in use on them, and everything its accuracy
hides."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, Literal, NamedTuple

import numpy as np

from tutor.engine import metrics
from tutor.engine.calibration import Recalibration, platt, temperature
from tutor.engine.evaluation import Evaluation, Words
from tutor.engine.metrics import Values
from tutor.engine.records import Card, CardItem, Column, Exhibit, Figure, Outcome, Progress, Table
from tutor.engine.settings.clients import ClientsSettings
from tutor.engine.simulate.client_worlds import World, loans, mails, patients


class Client(NamedTuple):
    """A client: its world, its words, the names of its two costs in the settings (missed positive, false
    alarm), and what its four counts are called in its trade."""

    key: str
    name: str
    world: Callable[[ClientsSettings, np.random.Generator], World]
    words: Words
    costs: tuple[str, str]
    trade: dict[str, str]


CLIENTS = (
    Client(
        "a",
        "Client A, loan approval",
        loans,
        Words("repaying applicants", "defaulting applicants", "approved", "euros"),
        ("a_cost_refusal", "a_cost_default"),
        {"tp": "good_approved", "fn": "good_refused", "fp": "bad_approved", "tn": "bad_refused"},
    ),
    Client(
        "b",
        "Client B, spam filter",
        mails,
        Words("spam mails", "real mails", "put in the junk folder", "euros"),
        ("b_cost_spam", "b_cost_letter"),
        {"tp": "spam_caught", "fn": "spam_through", "fp": "letters_lost", "tn": "letters_delivered"},
    ),
    Client(
        "c",
        "Client C, early detection of a rare disease",
        patients,
        Words("ill people", "healthy people", "called for a further test", "euros"),
        ("c_cost_missed", "c_cost_alarm"),
        {"tp": "patients_found", "fn": "patients_missed", "fp": "false_alarms", "tn": "healthy_sent_home"},
    ),
)
RECALIBRATIONS: dict[str, Callable[[Values, Values], Recalibration]] = {
    "none": lambda y, score: Recalibration(),
    "platt": platt,
    "temperature": temperature,
}


def evaluate(client: Client, world: World, settings: ClientsSettings) -> tuple[Evaluation, Recalibration]:
    """The client's cases under the scores and the threshold that the settings put in use, and the map from
    the model's scores to those."""
    chosen = RECALIBRATIONS[getattr(settings, f"{client.key}_recalibration")]
    mapped = chosen(world.held_out.y, world.held_out_score)
    cost_fn, cost_fp = (getattr(settings, name) for name in client.costs)
    found = Evaluation(
        y=world.cases.y,
        score=mapped(world.score),
        threshold=getattr(settings, f"{client.key}_threshold") or world.threshold,
        held_out_y=world.held_out.y,
        held_out_score=mapped(world.held_out_score),
        words=client.words,
        cost_fn=cost_fn,
        cost_fp=cost_fp,
    )
    return found, mapped


def subgroups(client: Client, world: World, found: Evaluation) -> tuple[dict[str, Any], Exhibit]:
    """Per group: its size, its base rate and mean score, the share flagged, and both kinds of error."""
    facts: dict[str, Any] = {}
    rows, parts = [], []
    for index, name in enumerate(world.groups):
        inside = world.cases.group == index
        matrix = metrics.confusion(found.y[inside], found.score[inside], found.threshold)
        rate = metrics.rates(matrix)
        mine = {
            "cases": int(inside.sum()),
            "base_rate": rate["base_rate"],
            "mean_score": float(np.mean(found.score[inside])),
            "flagged": rate["flagged"],
            "missed": matrix.fn,
            "missed_share": None if rate["recall"] is None else 1 - rate["recall"],
            "false_alarms": matrix.fp,
            "false_alarm_share": None if rate["specificity"] is None else 1 - rate["specificity"],
        }
        facts[name.replace(" ", "_")] = mine
        rows.append((name, *mine.values()))
        if matrix.tp + matrix.fn:
            count = metrics.share_in_words(matrix.fn, matrix.tp + matrix.fn)
            parts.append(f"{name}: {count} of the {client.words.positive} are not {client.words.flagged}")
        else:
            count = metrics.share_in_words(matrix.fp, matrix.fp + matrix.tn)
            parts.append(f"{name}: {count} of the {client.words.negative} are {client.words.flagged}")
    missed, alarms = (client.trade[cell].replace("_", " ").capitalize() for cell in ("fn", "fp"))
    columns = (
        Column(title="Group"),
        Column(title="Cases", format="integer"),
        Column(title="Base rate", format="percent"),
        Column(title="Mean score", format="percent"),
        Column(title="Flagged", format="percent"),
        Column(title=missed, format="integer"),
        Column(title="share", format="percent"),
        Column(title=alarms, format="integer"),
        Column(title="share", format="percent"),
    )
    exhibit = Exhibit(
        name=f"{client.key}_subgroups",
        title=f"{client.name}: by group",
        summary="; ".join(parts) + ".",
        body=Table(columns=columns, rows=tuple(rows)),
    )
    return facts, exhibit


def campaigns(world: World, found: Evaluation, mapped: Recalibration) -> tuple[dict[str, Any], Exhibit]:
    """Client B's report, made on copies of campaigns that the filter was trained on, beside the same real
    mails with spam from campaigns it never met."""
    if world.unseen is None or world.unseen_score is None:
        raise ValueError("this world has no campaigns")
    later = metrics.confusion(world.unseen.y, mapped(world.unseen_score), found.threshold)
    splits = {"random_split": found.matrix, "split_by_campaign": later}
    facts = {
        name: metrics.rates(m) | {"spam_through": m.fn, "letters_lost": m.fp} for name, m in splits.items()
    }
    labels = ("campaigns it was trained on (random split)", "campaigns it never met (split by campaign)")
    shown = ("accuracy", "recall", "precision", "spam_through", "letters_lost")
    rows = tuple(
        (label, *(row[key] for key in shown)) for label, row in zip(labels, facts.values(), strict=True)
    )
    columns = (
        Column(title="Spam from"),
        Column(title="Accuracy", format="percent"),
        Column(title="Recall", format="percent"),
        Column(title="Precision", format="percent"),
        Column(title="Spam let through", format="integer"),
        Column(title="Real mails lost", format="integer"),
    )
    exhibit = Exhibit(
        name="b_campaigns",
        title="Client B: known and new campaigns",
        summary=f"Of the {found.matrix.tp + found.matrix.fn} spam mails {found.matrix.fn} pass when their "
        f"campaigns occur in the training data, and {later.fn} when they do not.",
        body=Table(columns=columns, rows=rows),
    )
    return facts, exhibit


def reports(found: dict[str, Evaluation]) -> Exhibit:
    """What the clients themselves send: one accuracy each."""
    items = tuple(
        CardItem(label=c.name, value=f"accuracy {found[c.key].measured['accuracy']:.1%} on 10,000 cases")
        for c in CLIENTS
    )
    return Exhibit(
        name="reports",
        title="What the clients report",
        summary="Each client reports one figure, the accuracy on 10,000 cases.",
        body=Card(items=items),
    )


HEADLINE: tuple[tuple[str, str, str, Literal["higher", "lower"]], ...] = (
    ("a", "accuracy", "A: accuracy", "higher"),
    ("a", "bad_approved", "A: defaulting applicants approved", "lower"),
    ("a", "good_refused", "A: repaying applicants refused", "lower"),
    ("b", "accuracy", "B: accuracy", "higher"),
    ("b", "letters_lost", "B: real mails lost", "lower"),
    ("b", "spam_through", "B: spam let through", "lower"),
    ("c", "accuracy", "C: accuracy", "higher"),
    ("c", "recall", "C: recall", "higher"),
    ("c", "false_alarms", "C: false alarms", "lower"),
    ("a", "cost", "A: cost of errors", "lower"),
    ("b", "cost", "B: cost of errors", "lower"),
    ("c", "cost", "C: cost of errors", "lower"),
)


def simulate(settings: ClientsSettings, seed: int) -> Iterator[Progress | Outcome]:
    """Evaluate the three clients one after the other; the facts lie under `a`, `b` and `c`.

    Raises ValueError where the settings ask for a report that the simulated cases cannot give.
    """
    facts: dict[str, Any] = {}
    exhibits: list[Exhibit] = []
    evaluations: dict[str, Evaluation] = {}
    for done, client in enumerate(CLIENTS, start=1):
        world = client.world(settings, np.random.default_rng([seed, done]))  # a lever of one moves no other
        found, mapped = evaluate(client, world, settings)
        evaluations[client.key] = found
        groups, group_exhibit = subgroups(client, world, found)
        exhibits += [*found.exhibits(f"{client.key}_"), group_exhibit]
        mine = found.facts()
        mine |= {word: mine["counts"][cell] for cell, word in client.trade.items()}
        mine |= {
            "groups": groups,
            "deployed_threshold": world.threshold,
            "natural_recall": world.natural_recall,
        }
        if world.unseen is not None:
            mine["campaigns"], campaign_exhibit = campaigns(world, found, mapped)
            exhibits.append(campaign_exhibit)
        facts[client.key] = mine
        yield Progress(
            unit="fit", done=done, total=len(CLIENTS), values={f"{client.key}_accuracy": mine["accuracy"]}
        )
    facts["config"] = settings.model_dump()
    headline = tuple(
        Figure(
            name=f"{key}_{name}",
            label=label,
            value=facts[key]["cost"]["now"] if name == "cost" else facts[key][name],
            format="percent" if name in ("accuracy", "recall") else "integer",
            better=better,
        )
        for key, name, label, better in HEADLINE
    )
    yield Outcome(facts=facts, headline=headline, exhibits=(reports(evaluations), *exhibits))
