"""The benchmark of the app runs, in a real terminal, and says politely which chat apps are not here."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

BENCHMARK = Path(__file__).parents[1] / "benchmarks" / "app.py"


@pytest.mark.skipif(sys.platform != "linux", reason="memory is read from /proc")
def test_it_prints_a_row_for_each_program_and_says_politely_what_is_missing() -> None:
    options = [
        "--turns",
        "30",
        "--keys",
        "4",
        "--rounds",
        "1",
        "--at-most",
        "5000",
        "--beside",
        "no-such-app",
    ]
    done = subprocess.run(
        [sys.executable, str(BENCHMARK), *options], capture_output=True, text=True, timeout=240, check=False
    )
    assert "Traceback" not in done.stderr, done.stderr
    assert "no-such-app: not installed" in done.stdout
    for row in ("bare Textual app, idle", "this app, streaming", "this app, idle"):
        assert re.search(rf"^{row} +\d+\.\d +\d+\.\d +\d+\.\d +\d+$", done.stdout, re.MULTILINE), done.stdout
    assert re.search(r"longest step of the event loop: \d+ ms", done.stdout), done.stdout
