"""A consultant's own phrases: used first, recognisable, and checked at their line."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.test_wording import CASE, RUN, STUBBORN, opening, play, says
from tutor import content
from tutor.authoring.phrases import FRAMES, check_phrases
from tutor.cli.checking import problems_of
from tutor.consultant.phrasebook import OWN, phrasebook
from tutor.consultant.prose import normalised
from tutor.dialogue.model import Act
from tutor.scenario.library import scenario_files
from tutor.scenario.reading import read
from tutor.scenario.schema import Scenario

SHIPPED = [read(file) for file in scenario_files(content.scenarios_dir())]


def speaking(**phrases: tuple[str, ...]) -> Scenario:
    consultant = CASE.consultant.model_copy(update={"phrases": phrases})
    return CASE.model_copy(update={"consultant": consultant})


def test_own_phrases_come_first_and_the_shared_ones_after_them() -> None:
    own = (
        "From the engine room, I'm challenging {{ quote }}: {{ error }}.",
        "I object below deck: {{ error }}.",
    )
    lines = [says(f"it is overfitting {n}", "overfit") for n in range(2)]
    for seed in range(6):
        (_, _, first), *_ = play(opening(seed, speaking(push_back=own)), lines, RUN)
        assert re.search(r"engine room|below deck", first, re.IGNORECASE)
    moods = [STUBBORN["vague"]] * 9
    told = [text for _, _, text in play(opening(1, speaking(vague=("Fog over the harbour.",))), moods, RUN)]
    assert sum("Fog over the harbour" in text for text in told) == 1
    assert "Fog over the harbour" in told[0]


def test_every_moment_reaches_a_part_of_the_bank_and_the_other_way_round() -> None:
    book = phrasebook()
    parts = {*book.shared, *(part for wording in book.moves.values() for part in wording.parts)}
    assert set(OWN) <= parts
    assert set(OWN.values()) == set(FRAMES)


@pytest.mark.parametrize("source", SHIPPED, ids=lambda s: s.scenario.id)
def test_every_shipped_consultant_has_sound_phrases_for_every_moment(source: object) -> None:
    assert list(check_phrases(source)) == []  # type: ignore[arg-type]
    phrases = source.scenario.consultant.phrases  # type: ignore[attr-defined]
    assert set(phrases) == set(FRAMES)
    assert all(len(them) >= 2 for them in phrases.values())


def test_no_two_consultants_share_a_phrase() -> None:
    said = [normalised(p) for s in SHIPPED for them in s.scenario.consultant.phrases.values() for p in them]
    assert len(said) == len(set(said))


@pytest.mark.parametrize(
    ("moment", "phrase", "message"),
    [
        ("push_back", "I'm challenging this: {{ eror }}.", r"no value here \(did you mean 'error'\?\)"),
        ("push_back", "I'm challenging {{ quote }}.", r"needs \{\{ error \}\}"),
        ("push_back", "Hm, {{ error }}.", "labelled as a challenge"),
        ("hold_firm", "You are right.", "sounds like agreement"),
        ("confirm", "{{ quote }}, but you are wrong.", "sounds like an objection"),
        ("hint", "Shall we look?", "asks a question"),
        ("hint", "# Look", "plain sentences only"),
        ("hint", "{% if quote %}Look.{% endif %}", "only plain {{ names }}"),
        ("greeting", "{{ hint }} Hello.", "there is: name"),
        ("probe", "{{ quote }} it is.", "possible and not shown"),
        ("vague", " ".join(["hm"] * 41) + ".", "41 words; 40 are the most"),
        ("vague", "Twice. ", "stands under vague already"),
        ("hint", "A nudge, not more.", "a shared phrase already"),
        ("nonsense", "Hello.", "nonsense"),
    ],
)
async def test_a_phrase_that_cannot_be_used_says_where_and_why(
    tmp_path: Path, moment: str, phrase: str, message: str
) -> None:
    file = tmp_path / "tiny.yaml"
    text = (Path(__file__).parent / "cases" / "tiny.yaml").read_text(encoding="utf-8")
    spoken = f'consultant:\n  name: Ada\n  style: brief\n  phrases:\n    {moment}:\n    - "{phrase}"\n'
    if phrase.startswith("Twice"):
        spoken += '    - "twice"\n'
    file.write_text(text.replace("consultant: {name: Ada, style: brief}\n", spoken), encoding="utf-8")
    found = [str(p) for p in await problems_of([file], tmp_path, quick=True)]
    lines = "|".join(map(str, range(8, 16)))
    assert any(re.search(rf"tiny\.yaml:({lines}):\d+: .*{message}", p) for p in found), found


def test_asides_are_met_in_the_consultant_s_own_voice() -> None:
    for source in SHIPPED:
        own = source.scenario.consultant.phrases["greeting"]
        case = CASE.model_copy(update={"consultant": source.scenario.consultant})
        ((_, _, text),) = play(opening(2, case), [says("hello", act=Act.OFF_TOPIC)], RUN)
        assert any(phrase.replace("{{ name }}", source.scenario.consultant.name) in text for phrase in own)
