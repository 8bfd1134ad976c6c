"""The exhibits of a recommender run: what a learner looks at."""

from __future__ import annotations

from tutor.engine import exhibits
from tutor.engine.exhibits import finite, words
from tutor.engine.metrics import interval, share_in_words
from tutor.engine.records import Column, Exhibit, Line, Lines, Mark, Outcome
from tutor.engine.simulate.recommender_data import Score
from tutor.engine.simulate.recommender_facts import data_facts, facts, headline, points
from tutor.engine.simulate.recommender_run import TrainedRun
from tutor.engine.simulate.recommender_world import DEPARTMENTS, product_name

BATCH = 12  # histories shown
BASELINE_LABELS = {
    "majority": "always the commonest department",
    "last_product": "the department of the last product",
    "logistic_regression": "logistic regression on the bag of products",
}


def evidence(run: TrainedRun) -> Outcome:
    found = facts(run)
    shown = (
        loss_curves(run),
        accuracy_curves(run),
        validation_interval(run),
        gap(run),
        config(run),
        architecture(run),
        training_log(run),
        tuning_history(run),
        tuning_audit(run),
        baseline_table(run),
        batch(run),
        test_score(run),
    )
    return Outcome(facts=found, headline=headline(found), exhibits=shown)


def loss_curves(run: TrainedRun) -> Exhibit:
    epochs = [epoch.epoch for epoch in run.epochs]
    return exhibits.loss_curves(epochs, run.curve("train_loss"), run.curve("val_loss"))


def accuracy_curves(run: TrainedRun) -> Exhibit:
    """The shared chart, with the best epoch marked."""
    chart = exhibits.accuracy_curves(
        [epoch.epoch for epoch in run.epochs],
        run.curve("train_accuracy"),
        run.curve("val_accuracy"),
        ("always naming the commonest department", run.baselines["majority"][0]),
    )
    best = run.best
    mark = Mark(x=best.epoch, label="highest validation accuracy")
    summary = (
        f"{chart.summary} Validation is highest at epoch {best.epoch} ({best.scores['val_accuracy']:.1%})."
    )
    return chart.model_copy(
        update={"summary": summary, "body": chart.body.model_copy(update={"marks": (mark,)})}
    )


def validation_interval(run: TrainedRun) -> Exhibit:
    score = run.after[1]
    low, high = interval(score.right, score.examples)
    best = run.best.scores["val_accuracy"]
    at_best = Score(0.0, round(best * score.examples), score.examples)
    rows = [("the reported model", score), (f"after epoch {run.best.epoch}, the highest", at_best)]
    return exhibits.table(
        "validation_interval",
        "How sure is the validation accuracy?",
        f"{share_in_words(score.right, score.examples)} validation examples are right; the 95% interval "
        f"(Wilson) goes from {low:.1%} to {high:.1%}.",
        [
            Column(title="model"),
            Column(title="right", format="integer"),
            Column(title="examples", format="integer"),
            Column(title="accuracy", format="percent"),
            Column(title="low", format="percent"),
            Column(title="high", format="percent"),
        ],
        [(name, s.right, s.examples, s.accuracy, *interval(s.right, s.examples)) for name, s in rows],
    )


def gap(run: TrainedRun) -> Exhibit:
    training, validation, _ = run.after
    distance = points(training.accuracy - validation.accuracy)
    return exhibits.card(
        "gap",
        "Training against validation",
        f"Accuracy is {training.accuracy:.1%} on training and {validation.accuracy:.1%} on validation: "
        f"{distance:.1f} points apart.",
        {
            "training accuracy": f"{training.accuracy:.1%} of {training.examples:,}",
            "validation accuracy": f"{validation.accuracy:.1%} of {validation.examples:,}",
            "gap": f"{distance:.1f} points",
            "training loss": words(training.loss),
            "validation loss": words(validation.loss),
            "commonest department": f"{run.baselines['majority'][0]:.1%} of validation",
        },
    )


def config(run: TrainedRun) -> Exhibit:
    s = run.settings
    changed = (
        "none" if s.augmentation == "none" else f"{s.augmentation} {s.augmentation_share:.0%} of products"
    )
    return exhibits.card(
        "config",
        "Configuration",
        f"AdamW at a learning rate of {words(s.learning_rate)} in batches of {s.batch_size} for "
        f"{run.stopped.epoch} epochs, dropout {words(s.dropout)}, weight decay {words(s.weight_decay)}.",
        {
            "training / validation / test": f"{s.training_examples:,} / {s.validation_examples:,} / "
            f"{s.test_examples:,} histories",
            "network": f"transformer, {s.layers} layers of width {s.width}",
            "optimizer": "AdamW",
            "learning rate": f"{words(s.learning_rate)}, {s.schedule}",
            "warm-up": f"{s.warmup_steps} steps",
            "batch size": f"{s.batch_size}",
            "epochs": f"{run.stopped.epoch} of {s.epochs}",
            "early stopping": f"after {s.patience} epochs" if s.patience else "off",
            "dropout": words(s.dropout),
            "weight decay": words(s.weight_decay),
            "gradient clipping": f"at {words(s.clip_norm)}" if s.clip_norm else "off",
            "label smoothing": words(s.label_smoothing),
            "augmentation": changed,
            "tuning rounds": f"{s.tuning_rounds}",
        },
    )


def architecture(run: TrainedRun) -> Exhibit:
    s, size = run.settings, run.parameters
    blocks = f"{s.layers} layers: attention beside a feed-forward unit of {s.feed_forward}"
    parts = [
        ("product embedding", f"{s.products} products and a mask, {s.width} numbers each", size["products"]),
        ("position embedding", f"{s.width} numbers each", size["positions"]),
        ("transformer", blocks, size["blocks"]),
        ("last normalisation", "layer norm", size["norm"]),
        ("head", f"one output for each of {len(DEPARTMENTS)} departments", size["head"]),
        ("all", "", run.size),
    ]
    return exhibits.table(
        "architecture",
        "The network",
        f"{s.layers} transformer layers and {run.size:,} parameters for {s.training_examples:,} training "
        f"examples: {run.size / s.training_examples:.1f} parameters per example.",
        [Column(title="part"), Column(title="what it is"), Column(title="parameters", format="integer")],
        parts,
    )


def training_log(run: TrainedRun) -> Exhibit:
    names = ("train_loss", "val_loss", "train_accuracy", "val_accuracy")
    rows = [
        (
            epoch.epoch,
            *(finite(scores[name]) for name in names),
            finite(epoch.gradient_norm),
        )
        for epoch, scores in zip(run.epochs, run.log, strict=True)
    ]
    return exhibits.table(
        "training_log",
        "Training log",
        f"{run.stopped.epoch} epochs in {run.stopped.step} steps; the training figures of epoch "
        f"{run.stopped.weights_of_epoch} are measured on all training examples, others on a fixed sample.",
        [
            Column(title="epoch", format="integer"),
            Column(title="training loss"),
            Column(title="validation loss"),
            Column(title="training accuracy", format="percent"),
            Column(title="validation accuracy", format="percent"),
            Column(title="gradient norm", format="significant"),
        ],
        rows,
    )


def tuning_history(run: TrainedRun) -> Exhibit:
    """What each round tried and what was held after it, on validation only."""
    name, title = "tuning_history", "Tuning, round by round"
    if not run.rounds:
        return no_tuning(name, title)
    held = [run.before[1].accuracy, *(r.validation for r in run.rounds)]
    kept = sum(r.kept for r in run.rounds)
    tried = Line(
        name="tried", x=tuple(float(r.number) for r in run.rounds), y=tuple(r.tried for r in run.rounds)
    )
    return Exhibit(
        name=name,
        title=title,
        summary=f"In {len(run.rounds)} rounds, {kept} of them kept, validation accuracy goes from "
        f"{held[0]:.1%} to {held[-1]:.1%} on the same {run.after[1].examples:,} examples.",
        body=Lines(
            x_label="tuning round",
            y_label="validation accuracy",
            lines=(tried, exhibits.line("kept so far", range(len(held)), held)),
        ),
    )


def tuning_audit(run: TrainedRun) -> Exhibit:
    """The kept model by round, on the examples that chose it and on those that did not."""
    name, title = "tuning_audit", "Tuning, on examples it did not see"
    if not run.rounds:
        return no_tuning(name, title)
    validation = [run.before[1].accuracy, *(r.validation for r in run.rounds)]
    test = [run.before[2].accuracy, *(r.test for r in run.rounds)]
    rounds = range(len(test))
    return Exhibit(
        name=name,
        title=title,
        summary=f"From round 0 to round {rounds[-1]} validation accuracy goes from {validation[0]:.1%} to "
        f"{validation[-1]:.1%}, test accuracy from {test[0]:.1%} to {test[-1]:.1%}.",
        body=Lines(
            x_label="tuning round",
            y_label="accuracy",
            lines=(
                exhibits.line("validation", rounds, validation),
                exhibits.line("test, untouched", rounds, test),
            ),
        ),
    )


def no_tuning(name: str, title: str) -> Exhibit:
    return exhibits.card(name, title, "This run was not tuned after training.", {"tuning rounds": "0"})


def baseline_table(run: TrainedRun) -> Exhibit:
    network = run.after[1].accuracy
    rows = [(BASELINE_LABELS[name], on_validation) for name, (on_validation, _) in run.baselines.items()]
    listed = "; ".join(f"{label} {value:.1%}" for label, value in rows)
    return exhibits.table(
        "baselines",
        "Simple rules beside it",
        f"On validation: {listed}; the network {network:.1%}.",
        [Column(title="rule"), Column(title="validation accuracy", format="percent")],
        [*rows, ("the network", network)],
    )


def batch(run: TrainedRun) -> Exhibit:
    training = run.shop.training
    rows = [
        (" > ".join(product_name(p) for p in history), DEPARTMENTS[purchase])
        for history, purchase in zip(
            training.histories[:BATCH].tolist(), training.purchases[:BATCH].tolist(), strict=True
        )
    ]
    repeated = data_facts(run.shop)["repeated"]
    return exhibits.table(
        "batch",
        "Some training examples",
        f"The first {len(rows)} of {len(training):,} training examples: the last four products, oldest "
        f"first, and the department bought from next; {repeated:.1%} of all histories occur more than once.",
        [Column(title="history"), Column(title="next purchase")],
        rows,
    )


def test_score(run: TrainedRun) -> Exhibit:
    score = run.after[2]
    low, high = interval(score.right, score.examples)
    return exhibits.card(
        "test_score",
        "The untouched test set",
        f"{share_in_words(score.right, score.examples)} test examples are right; the 95% interval (Wilson) "
        f"goes from {low:.1%} to {high:.1%}.",
        {
            "test accuracy": f"{score.accuracy:.1%}",
            "95% interval": f"{low:.1%} to {high:.1%}",
            "examples": f"{score.examples:,}",
            "validation accuracy": f"{run.after[1].accuracy:.1%}",
        },
    )
