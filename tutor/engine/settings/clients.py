"""Settings of the three clients: what their reports say, how their cases come about, what the lab may
change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, model_validator

from tutor.engine.records import Record

Recalibration = Literal["none", "platt", "temperature"]
Threshold = Annotated[
    float, Field(ge=0, le=1, description="Flag a case at this score and above; 0 keeps the deployed one.")
]
Scaling = Annotated[
    Recalibration, Field(description="Map the scores by a fit on 10,000 cases set aside for it.")
]
Weighting = Annotated[
    bool, Field(description="Train again with both classes counting the same in total (class weights).")
]
Cost = Annotated[float, Field(ge=0, le=1_000_000)]


class ClientsSettings(Record):
    """Client A approves loans (positive: repays), B filters spam (positive: spam), C looks for a rare disease
    (positive: ill). Each reports on 10,000 cases; accuracies and base rates of A and C are fixed by the
    case."""

    # --- A: 90% of applicants repay, 90% are approved, accuracy is 91%
    a_arrivals: Annotated[
        float, Field(ge=0.05, le=0.3, description="Share of applicants who moved to the country lately.")
    ] = 0.17
    a_file_gap: Annotated[
        float,
        Field(
            ge=0,
            le=2.5,
            description="How much thinner an arrival's credit file looks than that of others as solid, in "
            "standard deviations. The training data hold 2% arrivals.",
        ),
    ] = 0.0
    a_threshold: Threshold = 0.0
    a_recalibration: Scaling = "none"
    a_class_weight: Weighting = False
    a_drop_file: Annotated[bool, Field(description="Train again without the credit file's length.")] = False
    a_cost_default: Annotated[Cost, Field(description="Cost of a loan that is not repaid.")] = 5000.0
    a_cost_refusal: Annotated[Cost, Field(description="Cost of refusing a good payer.")] = 400.0

    # --- B: accuracy is 99%, so 100 of 10,000 mails are sorted wrongly
    b_spam_share: Annotated[float, Field(ge=0.02, le=0.1, description="Share of spam among the mails.")] = (
        0.04
    )
    b_letters_lost: Annotated[
        int, Field(ge=10, le=95, description="How many of the 100 errors are real mails in the junk folder.")
    ] = 90
    b_campaign_words: Annotated[
        int,
        Field(
            ge=6, le=10, description="Words that the near-copies of one spam campaign share with no other."
        ),
    ] = 8
    b_threshold: Threshold = 0.0
    b_recalibration: Scaling = "none"
    b_class_weight: Weighting = False
    b_cost_letter: Annotated[Cost, Field(description="Cost of a real mail lost in the junk folder.")] = 50.0
    b_cost_spam: Annotated[Cost, Field(description="Cost of a spam mail in the inbox.")] = 1.0

    # --- C: 0.5% are ill, accuracy is 99.5%
    c_marker: Annotated[
        float,
        Field(
            ge=0,
            le=7,
            description="By how many standard deviations advanced disease raises the fifth marker.",
        ),
    ] = 0.0
    c_found: Annotated[
        int,
        Field(ge=0, le=20, description="How many of the 50 ill the tool finds, with as many false alarms."),
    ] = 0
    c_signal: Annotated[
        float,
        Field(ge=0, le=0.7, description="By how many standard deviations illness moves the other four."),
    ] = 0.6
    c_threshold: Threshold = 0.0
    c_recalibration: Scaling = "none"
    c_class_weight: Weighting = False
    c_cost_missed: Annotated[Cost, Field(description="Cost of a patient sent home.")] = 20000.0
    c_cost_alarm: Annotated[Cost, Field(description="Cost of testing a healthy person further.")] = 100.0

    @model_validator(mode="after")
    def check(self) -> ClientsSettings:
        """Patients can only be found where something sets them apart."""
        if self.c_found > 0 and self.c_marker < 3:
            raise ValueError(
                f"c_found: nobody stands out for {self.c_found} to be found; c_marker must be at least 3"
            )
        return self


FACTS: Mapping[str, str] = {
    "config.*": "every setting of this run, by name",
    "CLIENT.cases": "cases in the report (CLIENT is a, b or c)",
    "CLIENT.positives": "applicants who repay, spam mails, ill people",
    "CLIENT.negatives": "applicants who default, real mails, healthy people",
    "CLIENT.base_rate": "share of the positives",
    "CLIENT.counts.*": "tp, fn, fp and tn at the threshold in use",
    "CLIENT.threshold": "the threshold in use",
    "CLIENT.deployed_threshold": "the threshold of the report",
    "CLIENT.flagged": "share approved, put in the junk folder, called for a test",
    "CLIENT.accuracy": "share of right decisions",
    "CLIENT.majority_accuracy": "accuracy of always naming the commoner class",
    "CLIENT.precision": "share of the flagged that are positive; none where nothing is flagged",
    "CLIENT.recall": "share of the positives that are flagged",
    "CLIENT.recall_interval.*": "its 95% interval (Wilson), low and high",
    "CLIENT.specificity": "share of the negatives that are not flagged",
    "CLIENT.f1": "harmonic mean of precision and recall",
    "CLIENT.balanced_accuracy": "mean of recall and specificity",
    "CLIENT.roc_auc": "area under the ROC curve",
    "CLIENT.average_precision": "area under the precision-recall curve",
    "CLIENT.ece": "expected calibration error, ten bins of equal width",
    "CLIENT.ece_equal_counts": "the same, bins of equal count",
    "CLIENT.brier": "Brier score",
    "CLIENT.ece_by.*": "expected calibration error as_is, after platt, after temperature",
    "CLIENT.brier_by.*": "Brier score as_is, after platt, after temperature",
    "CLIENT.cost.*": "per_missed_positive, per_false_alarm, now, least, cheapest_threshold, "
    "accuracy_at_cheapest",
    "CLIENT.groups.GROUP.*": "cases, base_rate, mean_score, flagged, missed, missed_share, false_alarms, "
    "false_alarm_share; groups are long_resident, recent_arrival | private, invoices_and_orders, "
    "newsletters_and_offers, spam | healthy, early_stage, advanced_stage",
    "CLIENT.natural_recall": "recall in the pool from which the report's cases were drawn",
    "a.good_approved": "and a.good_refused, a.bad_approved, a.bad_refused: the counts in words",
    "b.spam_caught": "and b.spam_through, b.letters_lost, b.letters_delivered",
    "b.campaigns.SPLIT.*": "metrics, spam_through, letters_lost; random_split or split_by_campaign",
    "c.patients_found": "and c.patients_missed, c.false_alarms, c.healthy_sent_home",
}

KINDS: Mapping[str, str] = {
    "confusion_matrix": "the four counts at the threshold in use",
    "metrics": "every metric, with the accuracy of the trivial rule",
    "base_rates": "how many of the cases are positive",
    "threshold_sweep": "the counts and costs at every threshold",
    "precision_recall": "precision against recall",
    "roc": "recall against the false positive rate",
    "reliability": "observed rate against predicted probability",
    "reliability_platt": "the same after Platt scaling",
    "reliability_temperature": "the same after temperature scaling",
    "costs": "what the errors cost at this threshold, the cheapest, and without a model",
    "subgroups": "both kinds of error by group",
}

EXHIBITS: Mapping[str, str] = {
    "reports": "what the clients report: one accuracy each",
    **{f"a_{kind}": what for kind, what in KINDS.items()},
    **{f"b_{kind}": what for kind, what in KINDS.items()},
    "b_campaigns": "spam from campaigns seen in training and from campaigns never met",
    **{f"c_{kind}": what for kind, what in KINDS.items()},
}
