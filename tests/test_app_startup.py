"""The command that opens the app imports nothing of the cases before the first screen is painted."""

from __future__ import annotations

import subprocess
import sys

PROGRAM = """
import sys
sys.stdin.isatty = sys.stdout.isatty = lambda: True
from tutor.app.app import TutorApp

def run(app):
    heavy = "pydantic jinja2 yaml sqlite3 numpy sklearn scipy torch openai markdown_it"
    print([name for name in heavy.split() if name in sys.modules])

TutorApp.run = run
from tutor.cli.open_app import open_app
open_app()
"""


def test_the_first_screen_waits_for_nothing_that_reads_cases() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stderr
