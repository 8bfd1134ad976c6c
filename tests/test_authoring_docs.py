"""The pages for authors: what they say is what the code does, and the case they build passes every check."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from pathlib import Path

import pytest

from tests.test_chat import tutor
from tutor.authoring import document
from tutor.authoring.starting import starters
from tutor.cli.seeding import verify_seeds
from tutor.dialogue.model import Act, MoveKind, Verdict
from tutor.scenario.reading import read

DOCS = Path(__file__).parents[1] / "docs"
GUIDE = (DOCS / "writing-scenarios.md").read_text(encoding="utf-8")


def blocks(fence: str) -> str:
    return "\n".join(re.findall(rf"^```{fence}\n(.*?)^```", GUIDE, re.DOTALL | re.MULTILINE))


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """The case of the guide: its parts, one after the other."""
    path = tmp_path / "slow_start.yaml"
    path.write_text(blocks("yaml"), encoding="utf-8")
    path.with_suffix(".phrasings.yaml").write_text(blocks("yaml phrasings"), encoding="utf-8")
    return path


def test_the_case_of_the_guide_passes_the_strictest_check(built: Path) -> None:
    done = tutor("check", "--strict", str(built))
    assert done.returncode == 0, done.stdout
    assert len(read(built).scenario.variants) == 2


def test_its_seeds_and_those_of_the_starters_show_their_signatures(built: Path) -> None:
    for path in (built, *starters().values()):
        whole = read(path)
        variants = whole.scenario.variants.items()
        few = {name: v.model_copy(update={"seeds": v.seeds[:2]}) for name, v in variants}
        source = replace(whole, scenario=whole.scenario.model_copy(update={"variants": few}))
        said: list[str] = []
        assert asyncio.run(verify_seeds(source, few, said.append)) == 0, said


def test_the_list_of_evidence_is_that_of_the_engines() -> None:
    """If this fails: python -m tutor.authoring.document > docs/evidence.md"""
    assert (DOCS / "evidence.md").read_text(encoding="utf-8") == document.page()


@pytest.mark.parametrize(("key", "names"), [("act", Act), ("verdict", Verdict), ("move", MoveKind)])
def test_the_guide_lists_what_tests_may_say(
    key: str, names: type[Act] | type[Verdict] | type[MoveKind]
) -> None:
    (row,) = re.findall(rf"^\| `{key}` \| (.*) \|$", GUIDE, re.MULTILINE)
    assert row.split(", ") == [name.value for name in names if name is not Act.DISPUTE]


def test_every_command_the_guide_names_is_there() -> None:
    listed = tutor("--help").stdout
    for command in set(re.findall(r"`?tutor ([a-z]+)", GUIDE)):
        assert f"  {command} " in listed, command
    for page in set(re.findall(r"\]\((\w+)\.md", GUIDE)):
        assert (DOCS / f"{page}.md").is_file(), page
    for anchor in set(re.findall(r"\]\(evidence\.md#([\w-]+)\)", GUIDE)):
        assert f"## {anchor.replace('-', ' ')}" in document.page().lower(), anchor
