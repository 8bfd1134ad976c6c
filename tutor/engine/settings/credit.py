"""Settings of the credit-risk post-mortem: what happens to the world, and what is done about it."""

from __future__ import annotations

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
    applicants: int = Field(8000, ge=1000, le=12_000, description="Applicants in each month.")
    training_rows: int = Field(
        20_000, ge=2000, le=60_000, description="Loans the model was fitted on, month 0."
    )
    cutoff: float = Field(0.15, ge=0.05, le=0.6, description="Approve when the predicted risk is below this.")
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
    repair_feed: bool = Field(False, description="Features arrive as they really are again.")
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
        """Retraining needs known outcomes, and a feed can only be repaired where one is broken."""
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
        if self.repair_feed and self.shift != "pipeline":
            raise ValueError("repair_feed: no feed is broken unless shift is pipeline")
        return self
