"""The three clients as a text: it keeps its contract, and what it says holds of the runs it is said of."""

from __future__ import annotations

import asyncio
from pathlib import Path

from tests.scenario_contract import Runs, ScenarioContract, load
from tutor.conversation.evidence import request_for
from tutor.engine.cache import Cache
from tutor.engine.records import Finished, Run
from tutor.engine.runner import Runner
from tutor.engine.settings.clients import EXHIBITS
from tutor.scenario.schema import Setting


class TestThreeClients(ScenarioContract):
    case = load("three_clients")
    stages = ("client_a", "client_b", "client_c")
    facts_at_least = 16
    ideas = """
observation: a_near_baseline b_unknown_base_rate c_predicts_nobody need_confusion_matrix need_base_rate
diagnosis: imbalance_hides_errors accuracy_is_fine a_approves_everybody a_denies_good_applicants
  a_unfair_to_group b_loses_real_mail b_lets_spam_through c_misses_patients c_false_alarms
metric: use_precision use_recall use_specificity use_f1 use_roc_auc use_pr_auc use_accuracy
  use_balanced_accuracy use_cost use_calibration use_subgroups one_metric_for_all
remedy: lower_threshold raise_threshold threshold_is_business recalibrate rebalance_test_set follow_up_test
  retrain_with_weights collect_more_positives false_negatives_cost_more false_positives_cost_more
"""
    roles = """
majority_models:
  client_a expects: a_near_baseline a_approves_everybody
    use_precision/use_recall/use_specificity/use_f1/use_pr_auc/use_cost
  client_a wrong: accuracy_is_fine use_accuracy rebalance_test_set one_metric_for_all
  client_a plausible: use_calibration use_subgroups use_roc_auc use_balanced_accuracy
  client_b expects: b_unknown_base_rate/need_base_rate/need_confusion_matrix b_loses_real_mail
    use_precision
  client_b wrong: accuracy_is_fine use_accuracy false_negatives_cost_more one_metric_for_all
    lower_threshold
  client_b plausible: use_f1 use_recall raise_threshold
  client_c expects: c_predicts_nobody c_misses_patients use_recall
  client_c wrong: accuracy_is_fine use_accuracy use_precision false_positives_cost_more raise_threshold
    rebalance_test_set one_metric_for_all
  client_c plausible: use_pr_auc use_f1 use_roc_auc lower_threshold follow_up_test use_calibration
hidden_costs:
  client_a expects: a_near_baseline a_denies_good_applicants/a_unfair_to_group
    use_subgroups/use_precision/use_cost
  client_a wrong: accuracy_is_fine use_accuracy rebalance_test_set one_metric_for_all
  client_a plausible: use_calibration use_f1 use_recall use_specificity
  client_b expects: b_unknown_base_rate/need_base_rate/need_confusion_matrix b_lets_spam_through
    use_recall/use_precision
  client_b wrong: accuracy_is_fine use_accuracy one_metric_for_all
  client_b plausible: use_f1 use_pr_auc lower_threshold
  client_c expects: imbalance_hides_errors c_misses_patients use_recall/use_pr_auc
  client_c wrong: accuracy_is_fine use_accuracy false_positives_cost_more rebalance_test_set
    one_metric_for_all
  client_c plausible: use_precision follow_up_test lower_threshold use_calibration
"""

    def test_the_learner_moves_from_client_to_client(self) -> None:
        since = {"a": None, "b": "client_b", "c": "client_c"}
        for name, entry in self.case.exhibits.items():
            assert entry.since == since.get(entry.show[0] if entry.show != "reports" else ""), name
        shown = {entry.show for entry in self.case.exhibits.values()}
        assert shown == set(EXHIBITS)
        assert [name for name, entry in self.case.exhibits.items() if entry.open == "at_start"] == ["reports"]

    def test_evidence_named_in_a_stage_is_to_be_had_there(self) -> None:
        order = list(self.case.stages)
        for variant in self.case.variants:
            for at, stage in enumerate(order):
                roles = self.case.roles(variant, stage)
                named = {entry.exhibit for entry in roles.confirms.values()}
                named |= {entry.exhibit for entry in roles.wrong.values()}
                named |= {entry.exhibit for entry in roles.plausible.values()}
                for exhibit in named:
                    since = self.case.exhibits[exhibit].since
                    assert since is None or order.index(since) <= at, (variant, stage, exhibit)

    def test_the_briefs_figures_are_the_same_in_both_variants(self, runs: Runs) -> None:
        for both in runs.values():
            for run in both:
                a, b, c = (run.facts[client] for client in "abc")
                assert (a["accuracy"], a["flagged"], b["accuracy"]) == (0.91, 0.9, 0.99)
                assert (c["accuracy"], c["base_rate"]) == (0.995, 0.005)

    def test_what_the_texts_claim_of_numbers_holds(self, runs: Runs) -> None:
        """The comparisons that stand in words beside the rendered values."""
        for variant, both in runs.items():
            for run in both:
                a, b, c = (run.facts[client] for client in "abc")
                assert 0.4 < a["counts"]["fp"] / a["negatives"] < 0.5  # "nearly half of the bad risks"
                assert a["cost"]["least"] < a["cost"]["now"]  # "the cheaper lender ..."
                assert a["cost"]["accuracy_at_cheapest"] < a["accuracy"]  # "... has the poorer mark"
                assert 2 * b["cost"]["least"] < b["cost"]["now"]  # "which of the two figures noticed"
                assert abs(b["cost"]["accuracy_at_cheapest"] - b["accuracy"]) < 0.03
                assert c["cost"]["cheapest_threshold"] < c["threshold"]
                assert c["cost"]["accuracy_at_cheapest"] < c["accuracy"]
                assert c["ece"] < 0.005  # "next to nothing", "small enough to frame"
                if variant == "hidden_costs":
                    arrival, resident = a["groups"]["recent_arrival"], a["groups"]["long_resident"]
                    assert abs(arrival["base_rate"] - resident["base_rate"]) < 0.03  # "about as often"
                    assert b["spam_through"] / b["positives"] > 0.2  # "more than one in five"
                    assert b["groups"]["private"]["false_alarms"] < 10  # "hardly ever touched"
                    early = c["groups"]["early_stage"]
                    assert early["cases"] - early["missed"] <= 3  # "nearly all of them advanced"

    def test_what_the_lab_is_said_to_do_it_does(self, run_cache: Path) -> None:
        without = run_with(run_cache, "hidden_costs", {"a_drop_file": True}).facts["a"]
        assert without["bad_approved"] > 500  # "lets more defaulters past the same threshold": 450 before
        gap = without["groups"]
        assert abs(gap["recent_arrival"]["missed_share"] - gap["long_resident"]["missed_share"]) < 0.03
        base = run_with(run_cache, "majority_models", {}).facts
        half = {"b_threshold": base["b"]["threshold"] / 2}
        lower = run_with(run_cache, "majority_models", half).facts["b"]
        won = lower["spam_caught"] - base["b"]["spam_caught"]
        assert lower["letters_lost"] - base["b"]["letters_lost"] > 3 * won  # the price of a lower line
        assert run_with(run_cache, "majority_models", {"c_threshold": 0.01}).facts["c"]["patients_found"] > 10


def run_with(cache: Path, variant: str, changes: dict[str, Setting]) -> Run:
    """The first seed's run of a variant with changed levers."""
    case = TestThreeClients.case
    request = request_for(case, variant, case.variants[variant].seeds[0], changes)

    async def compute() -> Run:
        async with Runner(Cache(cache)) as runner:
            *_, last = [message async for message in runner.run(request)]
            assert isinstance(last, Finished), last
            return last.run

    return asyncio.run(compute())
