"""Settings of the credit-risk post-mortem: what happens to the world, and what is done about it.

`FACTS` and `EXHIBITS` name what a run gives back, for whoever writes a scenario.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, model_validator

from tutor.engine.records import Record

MONTHS = 18  # in production; outcomes of the last `outcome_delay` are not known yet
AHEAD = 6  # the months after, in which the remedies act

FeatureName = Literal[
    "none",
    "income",
    "debt_ratio",
    "card_use",
    "inquiries",
    "late_payments",
    "job_years",
    "history_years",
    "bureau_score",
]


class CreditSettings(Record):
    """A model is fitted on month 0 and decides for 18 months; remedies act in the six months after."""

    # the world
    shift: Literal["none", "covariate", "prior", "concept", "pipeline"] = Field(
        "none",
        description="What changes: nothing, who applies, the overall default rate, whom it hits, or a feed.",
    )
    strength: float = Field(
        1.0,
        ge=0.0,
        le=1.5,
        description="How far; 1 triples the defaults among approved loans, 0 changes nothing.",
    )
    onset: int = Field(6, ge=3, le=12, description="The first month touched.")
    ramp: int = Field(6, ge=1, le=12, description="Months until full strength; a feed breaks at once.")
    broken_feed: Literal["bureau_default", "bureau_frozen", "card_use_percent", "income_yearly"] = Field(
        "bureau_default",
        description="Missing bureau scores arrive as 850, or all as 680, or card use is divided by 100, "
        "or income multiplied by 12.",
    )
    applicants: int = Field(8000, ge=2000, le=12_000, description="Applicants in each month.")
    training_rows: int = Field(
        20_000, ge=2000, le=60_000, description="Loans the model was fitted on, month 0."
    )
    cutoff: float = Field(0.15, ge=0.08, le=0.6, description="Approve when the predicted risk is below this.")
    outcome_delay: int = Field(3, ge=0, le=8, description="Months until it is known whether a loan defaults.")

    # before: what could have been in place during the 18 months
    retrain_every: int = Field(0, ge=0, le=12, description="Retrain each so many months; 0 = never.")

    # now: what is done after month 17, with the outcomes known by then
    retrain: Literal["no", "recent", "everything"] = Field(
        "no",
        description="Fit the model again, on the last months with known outcomes or on all data since month "
        "0.",
    )
    window: int = Field(3, ge=1, le=12, description="How many months count as recent.")
    recalibrate: bool = Field(
        False, description="Shift the predicted risks (in log-odds) to the defaults of the recent months."
    )
    new_cutoff: float = Field(0.0, ge=0.0, le=0.6, description="Another cutoff from now on; 0 keeps it.")
    repair_feed: bool = Field(False, description="Features arrive as they really are.")
    drop_feature: FeatureName = Field("none", description="Fit the model again without this feature.")
    add_segment: bool = Field(
        False, description="Fit the model again with columns for the self-employed and those new to credit."
    )
    review_band: float = Field(
        0.0, ge=0.0, le=0.15, description="A person decides where the risk is this close to the cutoff."
    )
    review_unusual: bool = Field(
        False, description="A person decides on applicants unlike 99% of the training data."
    )

    @model_validator(mode="after")
    def check(self) -> CreditSettings:
        """Retraining needs known outcomes, and a shift its months."""
        known = MONTHS - self.outcome_delay
        if self.window > known:
            raise ValueError(
                f"window: {self.window} months are more than the {known} whose outcomes are known; lower it, "
                "or outcome_delay"
            )
        if self.onset + self.ramp > MONTHS:
            raise ValueError(
                f"ramp: from month {self.onset} on, {self.ramp} months do not fit into {MONTHS}; "
                "lower it, or "
                "onset"
            )
        return self


FACTS: Mapping[str, str] = {
    "config.*": "every setting of this run, by name",
    "months": "months in production",
    "known_months": "months whose outcomes are known today",
    "then_months.*": "first and last of the early months that 'then' means",
    "now_months.*": "first and last of the latest three months with known outcomes, which 'now' means",
    "onset_month": "the first month touched; none without a shift",
    "default_rate.*": "then, now, ratio, and now_low to now_high, its 95% interval, among approved loans",
    "approval.*": "approval rate then and in the last three months",
    "late30.*": "share 30 days late then and in the latest three months where that is known",
    "psi.*": "population stability index of month 17 by feature, and score",
    "ks.*": "Kolmogorov-Smirnov distance of month 17 by feature, and score",
    "psi_largest.*": "the feature with the largest PSI, and its value",
    "psi_features_over_limit": "how many of the eight features have a PSI above 0.25",
    "largest_step": "the largest monthly change of a feature's mean, in standard deviations",
    "largest_step_feature": "of which feature",
    "calibration.*": "shift (intercept in log-odds) and slope, then and now, and predicted_now",
    "auc.*": "ROC-AUC among approved loans then and now, and of today's model on the offline_test",
    "segments.SEGMENT.WHEN.*": "share, approval, default, loans of salaried, self-employed, new_to_credit",
    "segment_risen_most": "the segment whose default rate has multiplied most",
    "share_new_to_credit.*": "share of applicants without a credit history, then and now",
    "same_profile_ratio": "how much more often loans of the same segment and predicted risk default now",
    "retrainings": "how often the model was fitted again in production",
    "ahead.*": "default_rate, ratio, approval, predicted, reviewed, auc, fitted_on in the six months after",
}

EXHIBITS: Mapping[str, str] = {
    "monthly_defaults": "default rate of approved loans and what was predicted, up to the last known month",
    "approval_rate": "share of applicants approved by month",
    "psi": "population stability index of each feature and the score, with the usual limits",
    "psi_by_month": "the same over the months",
    "feature_drift": "PSI, KS, means and the commonest value of each feature, month 0 and month 17",
    "feature_timeline": "mean of each feature by month",
    "score_distribution": "predicted risks in month 0 and month 17",
    "calibration_by_month": "calibration intercept and slope, up to the last known month",
    "reliability": "observed against predicted defaults, then and now",
    "auc_by_month": "ROC-AUC among approved loans, up to the last known month",
    "subgroups": "share, approval and defaults of each segment, then and now",
    "same_profile": "defaults of loans of the same segment and predicted risk, then and now",
    "offline_test": "the test set of month 0, at deployment and run again today",
    "early_delinquency": "share 30 days late by month, known one month later",
    "outcome_delay": "which outcomes are known when",
    "deployment_card": "the model, its data, its cutoff, how often it was retrained",
    "sample_rows": "ten applicants of month 17 as the model saw them",
    "outlook": "the six months after, under whatever was changed",
}
