"""Every built-in scenario passes what its authors are held to: checks, evidence, content tests, pressure."""

from __future__ import annotations

from pathlib import Path

import pytest

from tutor.cli.checking import files_of, problems_of

FILES = files_of([Path(__file__).parents[1] / "scenarios"])


@pytest.mark.parametrize("file", FILES, ids=lambda path: path.stem)
async def test_a_built_in_scenario_has_nothing_to_mend(file: Path, shared_cache: Path) -> None:
    found = await problems_of([file], shared_cache, quick=False)
    assert [str(problem) for problem in found] == []
