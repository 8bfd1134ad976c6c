"""From a scenario to what the offline assessor learns from."""

from __future__ import annotations

from tutor.consultant.corpus import Corpus, StanceExample
from tutor.scenario.library import common_phrasings
from tutor.scenario.reading import Source, merged
from tutor.scenario.schema import Scenario, StageRoles


def corpus_of(source: Source) -> Corpus:
    """The scenario's ideas with all their phrasings, and every message by what it does."""
    scenario, beside, common = source.scenario, source.phrasings, common_phrasings()
    asked_by = {
        **{f"fact:{name}": (fact.about, *fact.asked_by) for name, fact in scenario.facts.items()},
        **{f"exhibit:{name}": (e.title, *e.asked_by) for name, e in scenario.exhibits.items()},
    }
    acts = {
        act: merged((beside.acts.get(act, ()), common.acts.get(act, ())))
        for act in dict.fromkeys([*common.acts, *beside.acts, "question"])
    }
    # Who asks for what the case can tell is asking.
    acts["question"] = merged((acts["question"], *(texts[1:] for texts in asked_by.values())))
    return Corpus(
        phrasings={
            name: merged(((idea.means,), idea.phrasings, beside.phrasings.get(name, ())))
            for name, idea in scenario.ideas.items()
        },
        acts=acts,
        mentions=merged((beside.mentions, common.mentions)),
        stances=tuple(StanceExample(**dict(saying)) for saying in beside.stances),
        asked_by=asked_by,
        stage_ideas={stage: _ideas_of(scenario, stage) for stage in scenario.stages},
    )


def _ideas_of(scenario: Scenario, stage: str) -> tuple[str, ...]:
    """The ideas that have a role in the stage in any variant, in the scenario's order: which variant it is
    must not show."""
    named: set[str] = set()
    for variant in scenario.variants:
        named |= _named(scenario.roles(variant, stage))
    return tuple(i for i in scenario.ideas if i in named)


def _named(roles: StageRoles) -> set[str]:
    return {i for group in roles.expected() for i in group} | set(roles.wrong) | set(roles.plausible)
