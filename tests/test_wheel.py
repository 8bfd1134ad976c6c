"""The wheel carries everything: installed elsewhere, it plays a whole conversation."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from pathlib import Path

ROOT = Path(__file__).parents[1]


def run(*command: str | Path, cwd: Path, **more: object) -> str:
    environment = {**os.environ, **{k: str(v) for k, v in more.items() if k != "stdin"}}
    done = subprocess.run(
        [str(c) for c in command],
        cwd=cwd,
        env=environment,
        input=str(more.get("stdin", "")),
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    return done.stdout


def test_a_wheel_in_a_fresh_environment_plays_a_conversation(tmp_path: Path) -> None:
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", tmp_path, ROOT, cwd=tmp_path)
    (wheel,) = tmp_path.glob("*.whl")
    place = tmp_path / "elsewhere"
    venv.create(place, with_pip=False)
    # The dependencies are those of this environment: what is new is the package itself, from the wheel alone.
    (site,) = (place / "lib").glob("python*/site-packages")
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    run(
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--target",
        site,
        wheel,
        cwd=tmp_path,
    )
    python = place / "bin" / "python"
    where = run(python, "-c", "import tutor; print(tutor.__file__)", cwd=tmp_path).strip()
    assert where.startswith(str(site)), where
    assert "fraud_training" in run(python, "-m", "tutor", "list", cwd=tmp_path)
    talk = run(
        python, "-m", "tutor", "chat", "fraud_training", "--variant", "exploding_loss", "--seed", "1",
        cwd=tmp_path,
        TUTOR_CACHE_DIR=tmp_path / "cache",  # so that the engine in the wheel has to run
        stdin="The loss explodes to NaN within the first epoch.\nThe learning rate is far too high.\n/end\n",
    )  # fmt: skip
    assert "Debrief" in talk
    assert "exploding_loss, seed 1" in talk
    assert "far too high" in talk
