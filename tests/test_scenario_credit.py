"""The credit post-mortem as a text: it keeps its contract, and what it says holds of its runs."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path
from typing import Any

import pytest

from tests.scenario_contract import Runs, ScenarioContract, load, texts
from tutor.conversation.evidence import request_for
from tutor.engine.cache import Cache
from tutor.engine.records import Finished, Lines
from tutor.engine.runner import Runner
from tutor.engine.settings.credit import EXHIBITS
from tutor.scenario.schema import Setting
from tutor.scenario.templates import render

Lab = dict[str, dict[str, Any]]
Changes = dict[str, dict[str, Setting]]

# The experiments that the texts speak of.
EVERYWHERE: Changes = {
    "nothing": {},
    "recent": {"retrain": "recent"},
    "everything": {"retrain": "everything"},
    "lower cut-off": {"new_cutoff": 0.08},
    "band": {"review_band": 0.1},
    "quarterly": {"retrain_every": 3},
}
ONLY: dict[str, Changes] = {
    "covariate_shift": {},
    "label_shift": {"recalibrated": {"recalibrate": True}, "another line": {"cutoff": 0.08}},
    "concept_drift": {
        "segment": {"add_segment": True},
        "segment, recent": {"add_segment": True, "retrain": "recent"},
    },
    "pipeline_break": {
        "repaired": {"repair_feed": True},
        "repaired, recent": {"repair_feed": True, "retrain": "recent"},
        "unusual": {"review_unusual": True},
    },
}

CASE = load("credit_risk")


@pytest.fixture(scope="module")
def lab(run_cache: Path) -> Lab:
    """The facts of each variant's first seed under changed levers, by experiment."""

    async def compute() -> Lab:
        found: Lab = {variant: {} for variant in CASE.variants}
        async with Runner(Cache(run_cache)) as runner:
            for variant, entry in CASE.variants.items():
                for name, changes in (EVERYWHERE | ONLY[variant]).items():
                    request = request_for(CASE, variant, entry.seeds[0], changes)
                    *_, last = [message async for message in runner.run(request)]
                    assert isinstance(last, Finished), last
                    found[variant][name] = last.run.facts
        return found

    return asyncio.run(compute())


class TestCreditRisk(ScenarioContract):
    case = CASE
    stages = ("investigate", "monitoring", "redesign")
    facts_at_least = 20
    ideas = """
observation: saw_inputs_moved saw_inputs_stable saw_base_rate_moved saw_relation_changed saw_feature_break
  saw_calibration_drift saw_subgroup_concentrated offline_test_blind
diagnosis: covariate_shift label_shift concept_drift pipeline_break stale_model overfitting bad_threshold
  gaming bad_luck code_bug model_too_simple
monitoring: input_monitoring prediction_monitoring outcome_monitoring calibration_monitoring
  subgroup_monitoring alerts_with_owner early_delinquency uptime_monitoring rerun_offline_test
remedy: contain_now rollback retrain_recent retrain_blindly scheduled_retraining champion_challenger
  fix_pipeline data_contracts recalibrate reweight_samples abstain human_review uncertainty ood_detection
  tested_rollback bigger_model add_features
"""
    shared = """
  redesign expects: contain_now retrain_recent/champion_challenger/scheduled_retraining
    tested_rollback/rollback/abstain/human_review
  redesign wrong: retrain_blindly bigger_model"""
    roles = f"""
covariate_shift:
  investigate expects: saw_inputs_moved covariate_shift
  investigate wrong: overfitting bad_luck model_too_simple code_bug
  investigate plausible: concept_drift label_shift pipeline_break stale_model gaming
  monitoring expects: input_monitoring outcome_monitoring/early_delinquency
    alerts_with_owner/subgroup_monitoring
  monitoring wrong: uptime_monitoring rerun_offline_test
  monitoring plausible: prediction_monitoring calibration_monitoring{shared}
label_shift:
  investigate expects: saw_base_rate_moved/saw_inputs_stable label_shift
  investigate wrong: overfitting bad_luck model_too_simple code_bug covariate_shift
  investigate plausible: concept_drift stale_model bad_threshold
  monitoring expects: outcome_monitoring/early_delinquency calibration_monitoring
    alerts_with_owner/prediction_monitoring
  monitoring wrong: uptime_monitoring rerun_offline_test
  monitoring plausible: input_monitoring{shared}
concept_drift:
  investigate expects: saw_relation_changed/saw_inputs_stable concept_drift
  investigate wrong: overfitting bad_luck model_too_simple code_bug covariate_shift
  investigate plausible: label_shift stale_model gaming
  monitoring expects: outcome_monitoring/early_delinquency calibration_monitoring/subgroup_monitoring
    alerts_with_owner
  monitoring wrong: uptime_monitoring rerun_offline_test
  monitoring plausible: input_monitoring prediction_monitoring{shared}
pipeline_break:
  investigate expects: saw_feature_break pipeline_break
  investigate wrong: overfitting bad_luck model_too_simple concept_drift label_shift
  investigate plausible: covariate_shift code_bug stale_model
  monitoring expects: input_monitoring data_contracts alerts_with_owner
  monitoring wrong: uptime_monitoring rerun_offline_test
  monitoring plausible: prediction_monitoring outcome_monitoring
  redesign expects: fix_pipeline contain_now data_contracts/ood_detection/abstain/tested_rollback/rollback
  redesign wrong: retrain_blindly bigger_model retrain_recent
"""

    def test_every_exhibit_can_be_had_and_the_future_only_at_the_end(self) -> None:
        entries = self.case.exhibits.values()
        assert {entry.show for entry in entries} == set(EXHIBITS)
        assert [e.show for e in entries if e.open == "at_start"] == ["monthly_defaults", "deployment_card"]
        assert {e.show: e.since for e in entries if e.since} == {"outlook": "redesign"}

    def test_a_pushback_that_may_come_early_shows_nothing_of_a_later_stage(self) -> None:
        """A wrong remedy is challenged in whichever stage it is said, before the cause is found."""
        diagnoses = [idea.short for idea in self.case.ideas.values() if idea.kind == "diagnosis"]
        for variant in self.case.variants:
            for stage in ("monitoring", "redesign"):
                roles = self.case.roles(variant, stage)
                for name, wrong in roles.wrong.items():
                    assert self.case.exhibits[wrong.exhibit].since is None, (variant, name)
                    for text in (wrong.error, wrong.because, wrong.again or ""):
                        assert not any((d or "").lower() in text.lower() for d in diagnoses), (variant, name)
                        assert "config.shift" not in text, (variant, name)

    def test_the_brief_is_the_same_story_in_every_variant(self, runs: Runs) -> None:
        for both in runs.values():
            for run in both:
                told = render(self.case.brief, run.facts)
                assert re.search(r"\*\*(2\.[89]|3\.[0-2]) times the historical rate\*\*", told), told
                assert 120 <= len(told.split()) <= 180

    def test_outcomes_that_are_not_known_are_hidden_and_said_to_be(self, runs: Runs) -> None:
        for both in runs.values():
            for run in both:
                body = next(e.body for e in run.exhibits if e.name == "monthly_defaults")
                assert isinstance(body, Lines)
                outcomes, predicted = body.lines
                assert len(predicted.x) - len(outcomes.x) == run.facts["config"]["outcome_delay"] == 3
                told = render(self.case.facts["outcome_delay"].answer, run.facts)
                assert f"month {int(outcomes.x[-1])}" in told

    def test_what_the_texts_claim_of_numbers_holds(self, runs: Runs) -> None:
        """The comparisons that stand in words beside the rendered values."""
        for variant, both in runs.items():
            for run in both:
                f = run.facts
                assert f["calibration"]["shift_now"] > 2 * abs(f["calibration"]["shift_then"])
                assert abs(f["calibration"]["shift_then"]) < 0.15  # "promise and outcome agreed"
                assert f["default_rate"]["now_low"] > 2 * f["default_rate"]["then"]  # "lies far below it"
                assert f["late30"]["now"] > 1.7 * f["late30"]["then"]
                assert f["ahead"]["ratio"] > 2.6
                assert f["ahead"]["reviewed"] == 0
                assert (f["onset_month"], f["retrainings"]) == (6, 0)
                CLAIMS[variant](f)

    def test_what_the_lab_is_said_to_do_it_does(self, lab: Lab) -> None:
        for variant in ("covariate_shift", "label_shift", "concept_drift"):
            found = lab[variant]
            nothing, recent = found["nothing"]["ahead"], found["recent"]["ahead"]
            assert found["everything"]["ahead"]["ratio"] > recent["ratio"] + 0.05
            assert recent["ratio"] < 0.8 * nothing["ratio"]  # "well down, and approvals with it"
            assert recent["approval"] < nothing["approval"] - 0.1
            lower = found["lower cut-off"]["ahead"]
            assert lower["ratio"] < nothing["ratio"] - 0.3  # "a lower cut-off ... brings that down"
            assert lower["approval"] < nothing["approval"]
            assert found["band"]["ahead"]["ratio"] < nothing["ratio"] - 0.3  # "fewer ... default"
            quarterly = found["quarterly"]["default_rate"]["ratio"]
            assert 1.3 < quarterly < found["nothing"]["default_rate"]["ratio"] - 0.2  # "not to one"

    def test_a_new_level_or_a_new_line_does_what_is_said_where_the_level_moved(self, lab: Lab) -> None:
        found = lab["label_shift"]
        level, fitted = found["recalibrated"]["ahead"]["ratio"], found["recent"]["ahead"]["ratio"]
        assert abs(level - fitted) < 0.15  # "a mere recalibration does about as much"
        line, base = found["another line"]["default_rate"], found["nothing"]["default_rate"]
        assert line["ratio"] > 2.6  # it does not explain the change, only the level
        assert line["then"] < 0.8 * base["then"]

    def test_the_segment_needs_recent_data_to_be_of_use(self, lab: Lab) -> None:
        found = {name: facts["ahead"]["ratio"] for name, facts in lab["concept_drift"].items()}
        assert abs(found["segment"] - found["nothing"]) < 0.2  # "with old data does nothing"
        assert found["segment, recent"] < min(1.5, found["recent"] - 0.3)  # "a great deal"

    def test_the_lab_agrees_on_the_broken_feed(self, lab: Lab) -> None:
        found = {name: facts["ahead"] for name, facts in lab["pipeline_break"].items()}
        nothing, repaired = found["nothing"], found["repaired"]
        assert 0.85 < repaired["ratio"] < 1.15  # "to about its old level, approvals as well"
        assert repaired["approval"] < nothing["approval"] - 0.1
        assert found["lower cut-off"]["ratio"] > 0.9 * nothing["ratio"]  # "a poor brake"
        assert found["band"]["ratio"] > 0.9 * nothing["ratio"]  # "changes little"
        assert found["unusual"]["ratio"] < 1.3  # "nearly back to normal"
        assert found["unusual"]["reviewed"] > 0.5  # "most of the queue"
        assert found["recent"]["ratio"] < 0.6 * nothing["ratio"]  # "I admit ... fewer defaults"
        assert found["everything"]["ratio"] < 0.6 * nothing["ratio"]  # "may even look better"
        assert found["repaired, recent"]["ratio"] > repaired["ratio"] + 0.15

    def test_nothing_that_a_learner_hears_before_the_debrief_names_the_world(self, runs: Runs) -> None:
        """Facts and what is said of exhibits hold in every variant and give none away."""
        telling = re.compile(r"covariate|prior shift|label shift|concept drift|broke|upstream", re.IGNORECASE)
        for variant, both in runs.items():
            open_to_all = {*self.case.facts, *self.case.exhibits, "brief", *self.case.stages}
            for where, text in texts(self.case, variant):
                if where in open_to_all:
                    assert not telling.search(render(text, both[0].facts)), (variant, where)


def segment(facts: Any, name: str) -> float:
    """By how much the default rate of a segment has multiplied."""
    found = facts["segments"][name]
    return float(found["now"]["default"] / found["then"]["default"])


def covariate(f: Any) -> None:
    low, high = f["default_rate"]["now_low"], f["default_rate"]["now_high"]
    assert low < f["default_rate"]["now"] < high
    assert min(f["psi"][n] for n in ("history_years", "job_years", "income")) > 0.25  # "over the limit"
    assert 0.75 < segment(f, "new_to_credit") < 1.3  # "who always defaulted often"
    assert f["segments"]["new_to_credit"]["then"]["default"] > 3 * f["default_rate"]["then"]
    assert f["auc"]["now"] < f["auc"]["then"] - 0.03
    assert f["approval"]["now"] < f["approval"]["then"] - 0.08


def prior(f: Any) -> None:
    assert f["same_profile_ratio"] > 2.3
    assert abs(f["auc"]["now"] - f["auc"]["then"]) < 0.03  # "holds", "hardly stirs"
    assert segment(f, "new_to_credit") > 1.7  # "nobody was spared"
    shares = [abs(s["now"]["share"] - s["then"]["share"]) for s in f["segments"].values()]
    assert max(shares) < 0.02  # "the shares of the three are as they were"


def concept(f: Any) -> None:
    assert f["same_profile_ratio"] > 2.3
    assert f["auc"]["now"] < f["auc"]["then"] - 0.02  # "even the order has suffered"
    assert abs(f["approval"]["now"] - f["approval"]["then"]) < 0.02
    assert 0.9 < f["calibration"]["slope_then"] < 1.1  # "near the one it should be"


def pipeline(f: Any) -> None:
    others = [v for n, v in f["psi"].items() if n not in ("bureau_score", "score")]
    assert max(others) < 0.02  # "the other seven lie flat"
    assert f["calibration"]["predicted_now"] < f["default_rate"]["now"] / 5  # "far too little"
    assert f["ahead"]["predicted"] < 0.02
    assert f["auc"]["now"] > f["auc"]["then"] - 0.04  # "looked healthy"
    assert f["same_profile_ratio"] > 3  # the trap that the pushback disarms


CLAIMS = {
    "covariate_shift": covariate,
    "label_shift": prior,
    "concept_drift": concept,
    "pipeline_break": pipeline,
}
