"""The fraud case as a text: it keeps its contract, and what it says holds of the runs it is said of."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tutor import content
from tutor.conversation.evidence import request_for
from tutor.engine.cache import Cache
from tutor.engine.levers import validate
from tutor.engine.records import Finished, Run
from tutor.engine.runner import Runner
from tutor.engine.settings.fraud import EXHIBITS
from tutor.scenario.reading import read
from tutor.scenario.schema import Pushback, Scenario
from tutor.scenario.signature import broken
from tutor.scenario.templates import render

# The ids and roles that other scenarios' authors, assessors and evaluation sets rely on.
# A slash means "any one of these"; those under every_variant hold in all of them.
IDEAS = """
observation: saw_train_val_diverge saw_both_flat saw_loss_explode saw_both_high_and_close
  saw_healthy_curve saw_accuracy_without_recall saw_too_good_validation saw_test_far_below_validation
diagnosis: lr_too_high lr_too_low labels_scrambled overfitting underfitting class_imbalance target_leakage
  exploding_gradients vanishing_gradients wrong_loss_function wrong_optimizer too_few_epochs
  not_enough_data distribution_shift random_noise nothing_wrong
remedy: reduce_lr raise_lr clip_gradients check_data_first overfit_one_batch fix_label_join early_stopping
  add_dropout add_weight_decay get_more_data augment_data smaller_model bigger_model train_longer
  better_features class_weights tune_threshold report_recall_precision drop_leaky_feature split_by_time
  switch_to_adam lr_schedule change_loss scale_features ship_it
safeguard: plot_both_curves monitor_gradients three_way_split compare_to_baseline
  watch_production review_columns staged_rollout one_change_at_a_time
"""
ROLES = """
exploding_loss:
  observe expects: saw_loss_explode
  observe wrong: saw_train_val_diverge saw_both_flat saw_healthy_curve
  diagnose expects: lr_too_high/exploding_gradients
  diagnose wrong: overfitting underfitting lr_too_low not_enough_data too_few_epochs random_noise
    nothing_wrong class_imbalance distribution_shift
  diagnose plausible: wrong_loss_function labels_scrambled wrong_optimizer
  remedy expects: reduce_lr/clip_gradients
  remedy wrong: raise_lr train_longer get_more_data bigger_model add_dropout early_stopping ship_it
  remedy plausible: scale_features switch_to_adam lr_schedule check_data_first
frozen_loss:
  observe expects: saw_both_flat
  observe wrong: saw_train_val_diverge saw_loss_explode saw_healthy_curve
  diagnose expects: lr_too_low
  diagnose wrong: overfitting lr_too_high not_enough_data exploding_gradients random_noise nothing_wrong
    distribution_shift target_leakage
  diagnose plausible: labels_scrambled underfitting vanishing_gradients too_few_epochs wrong_optimizer
  remedy expects: raise_lr
  remedy wrong: reduce_lr add_dropout early_stopping get_more_data add_weight_decay smaller_model
    ship_it
  remedy plausible: check_data_first overfit_one_batch bigger_model switch_to_adam train_longer
scrambled_labels:
  observe expects: saw_both_flat/saw_both_high_and_close
  observe wrong: saw_loss_explode saw_healthy_curve
  diagnose expects: labels_scrambled
  diagnose wrong: lr_too_high not_enough_data exploding_gradients random_noise nothing_wrong
    distribution_shift
  diagnose plausible: lr_too_low underfitting vanishing_gradients overfitting
  remedy expects: check_data_first fix_label_join
  remedy wrong: bigger_model train_longer get_more_data add_dropout raise_lr reduce_lr ship_it
  remedy plausible: overfit_one_batch
overfitting:
  observe expects: saw_train_val_diverge
  observe wrong: saw_both_flat saw_loss_explode saw_both_high_and_close saw_healthy_curve
  diagnose expects: overfitting
  diagnose wrong: underfitting lr_too_low lr_too_high too_few_epochs exploding_gradients
    vanishing_gradients nothing_wrong random_noise
  diagnose plausible: not_enough_data distribution_shift target_leakage class_imbalance
  remedy expects: early_stopping/add_dropout/add_weight_decay/get_more_data/augment_data/smaller_model
  remedy wrong: bigger_model train_longer raise_lr ship_it
  remedy plausible: lr_schedule reduce_lr better_features
underfitting:
  observe expects: saw_both_high_and_close
  observe wrong: saw_train_val_diverge saw_loss_explode saw_healthy_curve
  diagnose expects: underfitting
  diagnose wrong: overfitting lr_too_high exploding_gradients nothing_wrong random_noise target_leakage
    distribution_shift
  diagnose plausible: lr_too_low too_few_epochs labels_scrambled not_enough_data
  remedy expects: bigger_model/better_features
  remedy wrong: add_dropout add_weight_decay smaller_model early_stopping ship_it get_more_data
  remedy plausible: train_longer raise_lr check_data_first
accuracy_trap:
  observe expects: saw_accuracy_without_recall/saw_healthy_curve
  observe wrong: saw_train_val_diverge saw_loss_explode
  diagnose expects: class_imbalance
  diagnose wrong: overfitting nothing_wrong lr_too_high exploding_gradients random_noise too_few_epochs
  diagnose plausible: not_enough_data wrong_loss_function underfitting
  remedy expects: report_recall_precision class_weights/tune_threshold
  remedy wrong: ship_it train_longer raise_lr add_dropout
  remedy plausible: get_more_data better_features change_loss
leaky_feature:
  observe expects: saw_too_good_validation/saw_test_far_below_validation
  observe wrong: saw_both_flat saw_loss_explode saw_train_val_diverge
  diagnose expects: target_leakage
  diagnose wrong: underfitting lr_too_high lr_too_low nothing_wrong exploding_gradients too_few_epochs
    random_noise
  diagnose plausible: overfitting distribution_shift class_imbalance
  remedy expects: drop_leaky_feature
  remedy wrong: add_dropout early_stopping bigger_model get_more_data ship_it train_longer
  remedy plausible: split_by_time check_data_first
every_variant:
  prevent expects: plot_both_curves
    monitor_gradients/three_way_split/compare_to_baseline/check_data_first/report_recall_precision
  prevent wrong: ship_it nothing_wrong
  prevent plausible: watch_production review_columns staged_rollout one_change_at_a_time
"""

CASE: Scenario = read(content.scenarios_dir() / "fraud_training.yaml").scenario
TEMPLATE = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
Runs = dict[str, tuple[Run, Run]]  # of each variant: its first two seeds


def contract() -> dict[str, dict[str, tuple[str, ...]]]:
    """Variant -> "stage role" -> ideas."""
    return {
        variant: {key: tuple(ideas.split()) for key, ideas in roles.items()}
        for variant, roles in yaml.safe_load(ROLES).items()
    }


def pushbacks() -> Iterator[tuple[str, str, str, Pushback]]:
    for variant in CASE.variants:
        for stage in CASE.stages:
            for idea, pushback in CASE.roles(variant, stage).wrong.items():
                yield variant, stage, idea, pushback


def texts(variant: str) -> Iterator[tuple[str, str]]:
    """Everything that can be said in a variant, with where it stands."""
    yield "brief", CASE.brief
    yield "debrief", CASE.variants[variant].debrief
    for name, exhibit in CASE.exhibits.items():
        yield name, exhibit.say or ""
    for name, fact in CASE.facts.items():
        yield name, fact.answer
    for name, idea in CASE.ideas.items():
        yield from ((f"{name} hints", hint) for hint in idea.hints)
        yield f"{name} assertion", idea.assertion or ""
    for stage, question in CASE.stages.items():
        yield stage, question.ask
        roles = CASE.roles(variant, stage)
        yield from ((f"{stage} confirms {i}", c.because) for i, c in roles.confirms.items())
        yield from ((f"{stage} asks {i}", p.ask) for i, p in roles.plausible.items())
        for name, pushback in roles.wrong.items():
            yield f"{stage} because {name}", pushback.because
            yield f"{stage} again {name}", pushback.again or ""


@pytest.fixture(scope="module")
def runs(run_cache: Path) -> Runs:
    async def compute() -> Runs:
        found: dict[str, list[Run]] = {variant: [] for variant in CASE.variants}
        async with Runner(Cache(run_cache)) as runner:
            for name, variant in CASE.variants.items():
                for seed in variant.seeds[:2]:
                    async for message in runner.run(request_for(CASE, name, seed)):
                        if isinstance(message, Finished):
                            found[name].append(message.run)
        return {name: (first, second) for name, (first, second) in found.items()}

    return asyncio.run(compute())


# ---------------------------------------------------------------- the contract


def test_every_idea_is_there_and_of_its_kind() -> None:
    kinds = {idea: kind for kind, ideas in yaml.safe_load(IDEAS).items() for idea in ideas.split()}
    assert {name: idea.kind for name, idea in CASE.ideas.items()} == kinds


def test_every_idea_has_the_role_it_must_have() -> None:
    agreed = contract()
    shared = agreed.pop("every_variant")
    assert list(CASE.variants) == list(agreed)
    assert list(CASE.stages) == ["observe", "diagnose", "remedy", "prevent"]
    for variant, own in agreed.items():
        found = {}
        for stage in CASE.stages:
            roles = CASE.roles(variant, stage)
            found[f"{stage} expects"] = {"/".join(group) for group in roles.expected()}
            found[f"{stage} wrong"] = set(roles.wrong)
            found[f"{stage} plausible"] = set(roles.plausible)
        wanted = {key: set(ideas) for key, ideas in (own | shared).items()}
        assert {key: ideas for key, ideas in found.items() if ideas} == wanted, variant


# ---------------------------------------------------------------- completeness


def test_every_expectation_can_be_hinted_told_and_confirmed() -> None:
    for variant in CASE.variants:
        for stage in CASE.stages:
            roles = CASE.roles(variant, stage)
            expected = {idea for group in roles.expected() for idea in group}
            assert set(roles.confirms) == expected, (variant, stage)
            for name in expected:
                idea = CASE.ideas[name]
                assert len(idea.hints) == 3, name
                assert idea.assertion, name
                assert idea.short, name
                assert "___" in idea.hints[2], name
                for hint in idea.hints:
                    assert idea.short not in hint.lower(), name
                    assert name.replace("_", " ") not in hint.lower(), name


def test_questions_can_be_asked_in_several_ways_and_lead_somewhere() -> None:
    assert {exhibit.show for exhibit in CASE.exhibits.values()} == set(EXHIBITS)
    assert [name for name, exhibit in CASE.exhibits.items() if exhibit.open == "at_start"] == ["curves"]
    assert len(CASE.facts) >= 14
    askable = [e.asked_by for e in CASE.exhibits.values()] + [f.asked_by for f in CASE.facts.values()]
    assert min(map(len, askable)) >= 5
    asked = [text.lower() for ways in askable for text in ways]
    assert len(asked) == len(set(asked))


def test_every_value_of_every_lever_can_be_set() -> None:
    for name, lever in CASE.levers.items():
        for value in lever.values:
            assert validate(CASE.engine, {name: value}) == (), (name, value)


def test_each_variant_has_content_tests_of_all_kinds() -> None:
    for variant in CASE.variants:
        verdicts = {test.verdict for test in CASE.tests if test.variant == variant}
        assert {"correct", "wrong", "plausible", "none"} <= verdicts, variant


# ---------------------------------------------------------------- pushbacks


def test_a_pushback_is_short_cites_the_run_and_ends_in_its_one_question(runs: Runs) -> None:
    for variant, stage, idea, pushback in pushbacks():
        facts = runs[variant][0].facts
        first, again = render(pushback.because, facts), render(pushback.again or "", facts)
        assert 25 <= len(first.split()) <= 70, (variant, stage, idea)
        assert "{{" in pushback.because, (variant, stage, idea)
        for text in (first, again):
            assert text.index("?") == len(text) - 1, (variant, stage, idea)


def test_no_two_variants_share_a_pushback() -> None:
    told = [p.because for v, s, _, p in pushbacks() if s in CASE.variants[v].stages]
    told += [p.again or "" for v, s, _, p in pushbacks() if s in CASE.variants[v].stages]
    assert len(told) == len(set(told))


def test_no_pushback_or_probe_names_what_is_sealed() -> None:
    for variant in CASE.variants:
        for stage, roles in CASE.variants[variant].stages.items():
            sealed = {CASE.ideas[i].short or "" for group in roles.expected() for i in group}
            said = [f"{p.error} {p.because} {p.again}" for p in roles.wrong.values()]
            said += [p.ask for p in roles.plausible.values()]
            for text in said:
                assert not any(name.lower() in text.lower() for name in sealed), (variant, stage, text)


def test_measurements_are_rendered_and_never_typed() -> None:
    for variant in CASE.variants:
        for where, text in texts(variant):
            assert not re.search(r"\d[.,]\d|\d%", TEMPLATE.sub("", text)), (variant, where)


# ---------------------------------------------------------------- what the runs say


def test_every_text_renders_on_every_variant(runs: Runs) -> None:
    for variant, both in runs.items():
        for run in both:
            for where, text in texts(variant):
                said = render(text, run.facts)
                assert not re.search(r"None|\S  +\S|[{}]", said), (variant, where, said)
                if variant != "exploding_loss":  # the one whose losses really are none
                    assert "not a number" not in said or "not a number" in text, (variant, where, said)


def test_a_signature_holds_for_its_own_runs_and_no_others(runs: Runs) -> None:
    for name, variant in CASE.variants.items():
        assert variant.seeds[0] == 1
        assert len(variant.seeds) >= 12
        assert list(variant.seeds) == sorted(set(variant.seeds))
        for other, both in runs.items():
            for run in both:
                missing = broken(variant, run.facts)
                assert (not missing) == (name == other), (name, other, run.request.seed, missing)


def test_the_exhibits_named_in_the_text_are_in_the_run(runs: Runs) -> None:
    for both in runs.values():
        names = {exhibit.name for exhibit in both[0].exhibits}
        assert {entry.show for entry in CASE.exhibits.values()} <= names
