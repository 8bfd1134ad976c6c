"""The recommender case as a text: it keeps its contract, and what it says holds of the runs it is said of."""

from __future__ import annotations

import re

import pytest

from tests.scenario_contract import TEMPLATE, Runs, ScenarioContract, load, texts
from tutor.engine.settings.recommender import EXHIBITS
from tutor.scenario.templates import render

CASE = load("overfit_recommender")

# The ids and roles that other scenarios' authors, assessors and evaluation sets rely on.
# A slash means "any one of these"; those under every_variant hold in all of them.
IDEAS = """
observation: saw_gap saw_val_peak saw_test_below_val
diagnosis: overfitting capacity_vs_data trained_too_long no_regularisation high_variance tuned_on_validation
  underfitting learning_rate_wrong unlucky_split architecture_too_small
remedy: early_stopping add_dropout add_weight_decay smaller_model augment_data collect_more_data
  simple_baseline ensemble cross_validate train_longer bigger_model new_architecture tune_on_test
  train_on_validation do_everything_at_once
stance_on_delivery: report_heldout report_training_accuracy test_set_once prioritise_by_time set_expectations
  postpone_demo keep_fallback
"""
ROLES = """
too_much_capacity:
  diagnose expects: overfitting capacity_vs_data
  diagnose wrong: underfitting learning_rate_wrong unlucky_split architecture_too_small
  diagnose plausible: high_variance no_regularisation trained_too_long
  plan expects: smaller_model early_stopping/add_dropout/add_weight_decay/augment_data prioritise_by_time
  plan wrong: bigger_model train_longer new_architecture tune_on_test train_on_validation collect_more_data
  plan plausible: simple_baseline cross_validate ensemble do_everything_at_once postpone_demo
trained_past_peak:
  diagnose expects: overfitting trained_too_long
  diagnose wrong: underfitting learning_rate_wrong unlucky_split architecture_too_small
  diagnose plausible: capacity_vs_data high_variance no_regularisation
  plan expects: early_stopping prioritise_by_time
  plan wrong: bigger_model train_longer new_architecture tune_on_test train_on_validation collect_more_data
  plan plausible: add_dropout add_weight_decay smaller_model augment_data simple_baseline
    do_everything_at_once
tuned_on_validation:
  diagnose expects: overfitting tuned_on_validation
  diagnose wrong: underfitting learning_rate_wrong unlucky_split architecture_too_small
  diagnose plausible: capacity_vs_data trained_too_long high_variance
  plan expects: test_set_once smaller_model/early_stopping/add_dropout/add_weight_decay/augment_data
    prioritise_by_time
  plan wrong: bigger_model train_longer tune_on_test train_on_validation collect_more_data
  plan plausible: cross_validate simple_baseline
every_variant:
  defend expects: report_heldout set_expectations
  defend wrong: report_training_accuracy tune_on_test train_on_validation
"""


class TestRecommender(ScenarioContract):
    case, ideas, roles = CASE, IDEAS, ROLES
    stages = ("diagnose", "plan", "defend")

    def test_all_the_engine_shows_can_be_seen(self) -> None:
        assert {exhibit.show for exhibit in CASE.exhibits.values()} == set(EXHIBITS)
        opened = {name for name, exhibit in CASE.exhibits.items() if exhibit.open == "at_start"}
        assert opened == {"accuracy", "gap", "interval"}

    def test_the_two_accuracies_are_read_off_the_exhibits_and_never_told(self, runs: Runs) -> None:
        """The brief does not give them away; the card that is open from the start has both."""
        assert "accuracy }}" not in CASE.brief
        for both in runs.values():
            for run in both:
                brief = render(CASE.brief, run.facts)
                assert "%" not in brief
                card = next(e for e in run.exhibits if e.name == "gap").model_dump_json()
                assert f"{run.facts['train']['accuracy']:.1%}" in card
                assert f"{run.facts['validation']['accuracy']:.1%}" in card
                assert run.facts["train"]["accuracy"] == pytest.approx(0.96, abs=0.02)
                assert run.facts["validation"]["accuracy"] == pytest.approx(0.58, abs=0.02)

    def test_a_brief_is_the_same_for_every_variant_and_short(self, runs: Runs) -> None:
        briefs = {render(CASE.brief, run.facts) for both in runs.values() for run in both}
        assert len(briefs) == 1
        assert 120 <= len(briefs.pop().split()) <= 180

    def test_no_answer_and_no_exhibit_names_the_diagnosis(self, runs: Runs) -> None:
        for variant, both in runs.items():
            expected = CASE.roles(variant, "diagnose").expected()
            sealed = [CASE.ideas[idea].short or "" for group in expected for idea in group]
            told = [CASE.brief, CASE.summary, CASE.stages["diagnose"].ask]
            told += [fact.answer for fact in CASE.facts.values()]
            told += [exhibit.say or "" for exhibit in CASE.exhibits.values()]
            for text in told:
                said = render(text, both[0].facts).lower()
                assert not any(name in said for name in sealed), (variant, said)

    # ------------------------------------------------------------ the clock

    def test_the_clock_runs_in_the_plan_and_every_expected_remedy_fits(self) -> None:
        clock = CASE.clock
        assert clock is not None
        assert (clock.hours, clock.runs_in) == (48, ("plan",))
        for variant in CASE.variants:
            groups = CASE.roles(variant, "plan").expected()
            dearest = sum(max(CASE.ideas[idea].hours for idea in group) for group in groups)
            assert 0 < dearest <= clock.hours / 4, variant

    def test_trying_everything_does_not_fit(self) -> None:
        clock = CASE.clock
        assert clock is not None
        plausible = CASE.roles("too_much_capacity", "plan").plausible
        assert sum(CASE.ideas[idea].hours for idea in plausible) > clock.hours
        assert CASE.ideas["collect_more_data"].hours > 4 * clock.hours

    def test_an_experiment_costs_hours_whichever_lever_it_moves(self) -> None:
        assert all(0 < lever.hours <= 2 for lever in CASE.levers.values())

    # ------------------------------------------------------------ what the texts claim of the runs

    def test_the_curve_does_not_end_where_the_tuned_figure_stands(self, runs: Runs) -> None:
        """The hints and probes of `tuned_on_validation` point at this difference."""
        for run in runs["tuned_on_validation"]:
            tuning = run.facts["tuning"]
            assert tuning["validation_before"] + 0.03 < run.facts["validation"]["accuracy"]
            assert run.facts["test"]["high"] < run.facts["train"]["accuracy"]

    def test_the_late_epochs_do_not_explain_the_gap_unless_they_do(self, runs: Runs) -> None:
        for run in runs["too_much_capacity"]:
            assert run.facts["best"]["points_lost"] < run.facts["gap_points"] / 10
        for run in runs["trained_past_peak"]:
            interval = run.facts["validation"]
            assert run.facts["best"]["accuracy"] > interval["high"]

    def test_nobody_shouts(self) -> None:
        for variant in CASE.variants:
            for where, text in texts(CASE, variant):
                assert "!" not in re.sub(TEMPLATE, "", text), (variant, where)
