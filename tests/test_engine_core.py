"""The engine's machinery: the loop, the child process, the cache, what a request may ask for, comparisons."""

from __future__ import annotations

import asyncio
import math
import os
import signal
import subprocess
import sys
import time
from contextlib import aclosing
from pathlib import Path

import pytest
import torch
from textual.app import App
from torch import nn

from tutor.engine import runner as runner_module
from tutor.engine.cache import Cache
from tutor.engine.catalogue import ENGINES, evidence
from tutor.engine.compare import compare
from tutor.engine.levers import levers, validate
from tutor.engine.perform import perform
from tutor.engine.records import Failed, Finished, Progress, Run, RunRequest
from tutor.engine.runner import Runner, run_all
from tutor.engine.slots import Slots
from tutor.engine.training import Epoch, Recipe, Step, Stopped, learning_rate_at, train

SMALL = {"transactions": 1_200, "epochs": 3}
LONG = RunRequest(engine="fraud", settings={"epochs": 200})


def finished(request: RunRequest) -> Run:
    *_, last = perform(request)
    assert isinstance(last, Finished)
    return last.run


# ---------------------------------------------------------------- the training loop


def line_data() -> tuple[torch.Tensor, torch.Tensor]:
    x = torch.linspace(-1, 1, 64)[:, None]
    return x, 3 * x + 1


def fit(recipe: Recipe, **more: object) -> tuple[nn.Linear, list[Step | Epoch | Stopped]]:
    """Fit a line to points on one, from weights of zero."""
    x, y = line_data()
    model = nn.Linear(1, 1)
    nn.init.zeros_(model.weight)
    nn.init.zeros_(model.bias)
    loss = nn.functional.mse_loss
    evaluate = lambda m: {"val_loss": loss(m(x), y).item()}  # noqa: E731
    return model, list(train(model, loss, x, y, recipe, evaluate, **more))  # type: ignore[arg-type]


@pytest.mark.parametrize("optimizer", ["sgd", "adamw"])
@pytest.mark.parametrize("schedule", ["constant", "cosine", "step"])
def test_it_finds_the_line(optimizer: str, schedule: str) -> None:
    rate = 0.05 if optimizer == "sgd" else 0.1
    recipe = Recipe(learning_rate=rate, batch_size=16, epochs=80, optimizer=optimizer, schedule=schedule)  # type: ignore[arg-type]
    model, records = fit(recipe)
    assert model.weight.item() == pytest.approx(3, abs=0.05)
    assert model.bias.item() == pytest.approx(1, abs=0.05)
    assert isinstance(records[0], Epoch)
    assert records[0].epoch == 0
    assert records[-1] == Stopped("all_epochs", 80, 320, 80)
    assert [r.step for r in records if isinstance(r, Step)] == list(range(1, 321))


def test_the_first_step_is_the_gradient_computed_by_hand() -> None:
    # At w = b = 0 the gradient of mean (wx + b - y)^2 is -2 mean(x y) and -2 mean(y).
    x, y = line_data()
    gradient = (-2 * (x * y).mean().item(), -2 * y.mean().item())
    model, records = fit(Recipe(learning_rate=0.01, batch_size=64, epochs=1))
    step = next(r for r in records if isinstance(r, Step))
    assert step.gradient_norm == pytest.approx(math.hypot(*gradient), rel=1e-5)
    assert step.loss == pytest.approx((y**2).mean().item(), rel=1e-5)
    assert model.weight.item() == pytest.approx(-0.01 * gradient[0], rel=1e-5)


def test_clipping_shortens_the_step_and_leaves_the_measured_norm() -> None:
    model, records = fit(Recipe(learning_rate=1.0, batch_size=64, epochs=1, clip_norm=0.1))
    step = next(r for r in records if isinstance(r, Step))
    assert step.gradient_norm > 1
    assert math.hypot(model.weight.item(), model.bias.item()) == pytest.approx(0.1, rel=1e-3)


def test_a_loss_that_is_not_finite_ends_the_run() -> None:
    _, records = fit(Recipe(learning_rate=1e9, batch_size=16, epochs=50))
    steps = [r for r in records if isinstance(r, Step)]
    assert all(math.isfinite(s.loss) for s in steps[:-1])
    assert not math.isfinite(steps[-1].loss)
    last = records[-1]
    assert isinstance(last, Stopped)
    assert (last.reason, last.step) == ("not_finite", steps[-1].step)


@pytest.mark.parametrize(("mode", "sign"), [("min", 1), ("max", -1)])
def test_early_stopping_puts_the_best_weights_back(mode: str, sign: int) -> None:
    x, y = line_data()
    model = nn.Linear(1, 1)
    course = iter([9.0, 5.0, 3.0, 4.0, 3.5, 1.0])  # before training, then epochs 1, 2, ...
    seen: list[float] = []

    def evaluate(network: nn.Module) -> dict[str, float]:
        seen.append(model.weight.item())
        return {"score": sign * next(course)}

    recipe = Recipe(learning_rate=0.1, batch_size=8, epochs=9, patience=2, monitor="score", mode=mode)  # type: ignore[arg-type]
    *_, last = train(model, nn.functional.mse_loss, x, y, recipe, evaluate)
    assert last == Stopped("early_stopping", 4, 32, 2)
    assert model.weight.item() == seen[2]
    assert seen[2] != seen[4]


def test_dropout_and_augmentation_keep_the_order_of_examples() -> None:
    batches: list[list[torch.Tensor]] = []
    for dropout in (0.0, 0.5):
        seen: list[torch.Tensor] = []

        def watch(x: torch.Tensor, seen: list[torch.Tensor] = seen) -> torch.Tensor:
            seen.append(x.clone())
            return x + torch.rand(1)

        x, y = line_data()
        model = nn.Sequential(nn.Linear(1, 4), nn.Dropout(dropout), nn.Linear(4, 1))
        recipe = Recipe(learning_rate=0.01, batch_size=16, epochs=2)
        for _ in train(model, nn.functional.mse_loss, x, y, recipe, lambda m: {}, seed=5, augment=watch):
            pass
        batches.append(seen)
    assert all(torch.equal(a, b) for a, b in zip(*batches, strict=True))
    assert torch.equal(torch.cat(batches[0][:4]).sort(dim=0).values, line_data()[0])  # each example once


def test_the_learning_rate_warms_up_and_follows_its_schedule() -> None:
    recipe = Recipe(learning_rate=1.0, batch_size=1, epochs=1, warmup_steps=10, schedule="cosine")
    rates = [learning_rate_at(recipe, step, 100) for step in range(101)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[9]
    assert rates[100] == pytest.approx(0.05)
    steps = Recipe(learning_rate=1.0, batch_size=1, epochs=1, schedule="step")
    assert [learning_rate_at(steps, s, 100) for s in (0, 49, 50, 74, 75, 99)] == [1, 1, 0.1, 0.1, 0.01, 0.01]


# ---------------------------------------------------------------- what a request may ask for


@pytest.mark.parametrize(
    ("settings", "setting", "words"),
    [
        ({"learning_rat": 1}, "learning_rat", "did you mean 'learning_rate'?"),
        ({"zzz": 1}, "zzz", "there are: activation, batch_size"),
        ({"dropout": 2.0}, "dropout", "must be a number from 0 to 0.9"),
        ({"learning_rate": math.nan}, "learning_rate", "must be a number from 1e-09 to 1000"),
        ({"learning_rate": math.inf}, "learning_rate", "must be a number from 1e-09 to 1000"),
        ({"learning_rate": "fast"}, "learning_rate", "must be a number"),
        ({"learning_rate": True}, "learning_rate", "true is not allowed"),
        ({"epochs": 2.5}, "epochs", "must be a whole number from 1 to 200"),
        ({"threshold": 1}, "threshold", "above 0 and below 1"),
        ({"loss": "hinge"}, "loss", "one of bce, focal, mse"),
        ({"shuffle_labels": "perhaps"}, "shuffle_labels", "true or false"),
        ({"patience": 30}, "patience", "must be smaller than epochs"),
        ({"transactions": 120_000, "batch_size": 8, "epochs": 200}, "batch_size", "20,000 allowed"),
        ({"width": 128, "layers": 16, "epochs": 200}, "width", "allowed; lower it"),
        ({"transactions": 400, "fraud_rate": 0.002}, "fraud_rate", "no fraud to validate on"),
    ],
)
def test_a_bad_setting_is_named_with_what_is_allowed(
    settings: dict[str, object], setting: str, words: str
) -> None:
    (problem,) = validate("fraud", settings)
    assert problem.setting == setting
    assert words in problem.message
    assert problem.message.startswith((setting, "no setting"))


def test_all_mistakes_are_reported_together() -> None:
    problems = validate("fraud", {"dropout": 2, "epochs": 0, "lr": 1, "layers": True}, seed=-1)
    assert {p.setting for p in problems} == {"dropout", "epochs", "lr", "layers", "seed"}
    assert "did you mean 'fraud'?" in validate("frauds", {})[0].message


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_every_lever_is_described_and_its_default_allowed(engine: str) -> None:
    for name, lever in levers(engine).items():
        assert lever.description, name
        assert lever.kind != "text", name
    assert evidence(engine).facts
    assert evidence(engine).exhibits
    assert validate(engine, {name: lever.default for name, lever in levers(engine).items()}) == ()


def test_the_parent_imports_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "from tutor.engine import cache, catalogue, compare, levers, records, runner\n"
        "for engine in catalogue.ENGINES: levers.levers(engine)\n"
        "print({'torch', 'sklearn', 'scipy', 'numpy'} & set(sys.modules))"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "set()"


# ---------------------------------------------------------------- the child process


async def collect(runner: Runner, request: RunRequest) -> list[Progress | Finished | Failed]:
    async with aclosing(runner.run(request)) as stream:
        return [message async for message in stream]


def test_one_child_serves_many_requests_and_refuses_bad_ones() -> None:
    good = RunRequest(engine="fraud", settings=SMALL)
    bad = RunRequest(engine="fraud", settings={"learning_rat": 1})
    seen: list[Progress] = []
    first, refused, second = run_all(
        [good, bad, good], on_message=lambda _, m: seen.append(m) if isinstance(m, Progress) else None
    )
    assert isinstance(first, Finished)
    assert isinstance(second, Finished)
    assert isinstance(refused, Failed)
    assert refused.setting == "learning_rat"
    assert [p.done for p in seen if p.unit == "epoch"] == [1, 2, 3, 1, 2, 3]
    # Another process, the same bytes.
    here = finished(good)
    for run in (second.run, here):
        assert run.model_dump_json(exclude={"seconds"}) == first.run.model_dump_json(exclude={"seconds"})


async def test_a_child_killed_or_cancelled_in_mid_run_is_replaced() -> None:
    small = RunRequest(engine="fraud", settings=SMALL)
    async with Runner() as runner:
        # Killed by somebody else: the caller is told in words.
        told: list[Progress | Finished | Failed] = []
        async with aclosing(runner.run(LONG)) as stream:
            async for message in stream:
                told.append(message)
                if len(told) == 3:
                    assert runner.child_pid
                    os.kill(runner.child_pid, signal.SIGKILL)
        last = told[-1]
        assert isinstance(last, Failed)
        assert "SIGKILL" in last.message
        assert "try again" in last.message
        assert isinstance((await collect(runner, small))[-1], Finished)

        # Cancelled: the child is gone at once, and the next one is on its way.
        begun = asyncio.Event()

        async def watch() -> None:
            async with aclosing(runner.run(LONG)) as stream:
                async for _ in stream:
                    begun.set()

        task = asyncio.create_task(watch())
        await begun.wait()
        pid = runner.child_pid
        assert pid
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await gone(pid)
        assert isinstance((await collect(runner, small))[-1], Finished)
        assert runner.child_pid != pid


async def test_a_child_that_dies_while_idle_is_replaced_without_a_word() -> None:
    request = RunRequest(engine="clients")
    async with Runner() as runner:
        assert isinstance((await collect(runner, request))[-1], Finished)
        pid = runner.child_pid
        assert pid
        os.kill(pid, signal.SIGKILL)
        await gone(pid)
        assert isinstance((await collect(runner, request))[-1], Finished)


async def gone(pid: int) -> None:
    deadline = time.monotonic() + 5
    while alive(pid):
        assert time.monotonic() < deadline, "the process lives on"
        await asyncio.sleep(0.02)
    await asyncio.sleep(0.05)  # until the event loop has heard of it


async def test_a_child_that_hangs_is_given_up() -> None:
    async with Runner(run_timeout=0.3) as runner:
        last = (await collect(runner, LONG))[-1]
        assert isinstance(last, Failed)
        assert "did not answer" in last.message


async def test_a_child_that_cannot_start_is_told_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(runner_module.sys, "executable", "/bin/false")
    async with Runner() as runner:
        runner.warm_up()
        last = (await collect(runner, RunRequest(engine="fraud")))[-1]
        assert isinstance(last, Failed)
        assert "exit code 1" in last.message


async def test_children_that_rest_take_turns_and_are_ended(tmp_path: Path) -> None:
    request = RunRequest(engine="clients")
    slots = Slots(tmp_path, 1)
    async with Runner(rest=600, slots=slots) as one, Runner(rest=0.1, slots=slots) as other:
        one.warm_up()
        assert one.child_pid is None  # not before it is needed
        assert (await collect(one, request))[-1].kind == "finished"
        first = one.child_pid
        assert first
        assert (await collect(other, request))[-1].kind == "finished"  # the one that rests gave way
        assert one.child_pid is None
        while other.child_pid is not None:
            await asyncio.sleep(0.05)
        waiting = asyncio.create_task(slots.take())
        (await waiting).release()
        assert (await collect(one, request))[-1].kind == "finished"
        assert one.child_pid not in (None, first)


async def test_it_works_inside_a_textual_app() -> None:
    """Whose stderr has no file number, on which multiprocessing would fail."""

    seen: list[object] = []

    class Watching(App[None]):
        async def on_mount(self) -> None:
            self.run_worker(self.watch())

        async def watch(self) -> None:
            async with Runner() as runner:
                *_, last = await collect(runner, RunRequest(engine="clients"))
                seen.extend((sys.stderr.fileno(), last.kind))

    app = Watching()
    async with app.run_test():
        await app.workers.wait_for_complete()
    assert seen == [-1, "finished"]


def test_the_child_dies_with_its_parent() -> None:
    code = (
        "import asyncio, os\n"
        "from tutor.engine.records import RunRequest\n"
        "from tutor.engine.runner import Runner\n"
        "async def main():\n"
        "    runner = Runner()\n"
        f"    async for _ in runner.run(RunRequest.model_validate_json({LONG.model_dump_json()!r})):\n"
        "        print(runner.child_pid, flush=True)\n"
        "        os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert out.returncode == -signal.SIGKILL, out.stderr
    pid = int(out.stdout)
    asyncio.run(gone(pid))


def alive(pid: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return status != "Z"


def test_stray_output_stays_out_of_the_messages() -> None:
    """Whatever a library prints to stdout in the child, by Python or by C, goes to stderr."""
    code = (
        "import os, sys, tutor.engine.__main__ as child\n"
        "real = child.perform\n"
        "def noisy(request):\n"
        "    print('python noise'); os.write(1, b'c noise\\n')\n"
        "    yield from real(request)\n"
        "child.perform = noisy\n"
        "sys.argv = ['child', 'none']\n"
        "child.main()"
    )
    request = RunRequest(engine="clients")
    child = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert child.stdin
    assert child.stdout
    with child:
        child.stdin.write(b"this is no request\n" + request.model_dump_json().encode() + b"\n")
        child.stdin.flush()
        lines = []
        while not lines or b'"kind":"finished"' not in lines[-1]:
            lines.append(child.stdout.readline())
            assert lines[-1].startswith(b'{"kind":'), lines
        child.stdin.close()
        assert child.stderr
        noise = child.stderr.read()
    assert lines[0] == b'{"kind":"ready"}\n'
    assert b"cannot be read" in lines[1]
    assert b"python noise" in noise
    assert b"c noise" in noise


# ---------------------------------------------------------------- the cache


def stream_of(request: RunRequest) -> tuple[Progress | Finished, ...]:
    return tuple(m for m in perform(request) if not isinstance(m, Failed))


async def test_a_run_is_computed_once_and_replayed_with_its_epochs(tmp_path: Path) -> None:
    cache = Cache(tmp_path / "runs")
    request = RunRequest(engine="clients")
    default = {"a_threshold": levers("clients")["a_threshold"].default}
    async with Runner(cache) as runner:
        first = await collect(runner, request)
        pid = runner.child_pid
        assert pid
        os.kill(pid, signal.SIGKILL)  # nothing is left that could compute
        spelled_out = RunRequest(engine="clients", settings=default)
        second = await collect(runner, spelled_out)
    assert second[:-1] == first[:-1]
    assert isinstance(first[-1], Finished)
    assert isinstance(second[-1], Finished)
    assert second[-1].run.facts == first[-1].run.facts
    assert second[-1].run.request == spelled_out
    assert runner.child_pid is None
    assert [p.name for p in cache.directory.iterdir()] == [cache.path(request).name]


def test_a_torn_entry_is_no_entry(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    request = RunRequest(engine="fraud", settings=SMALL)
    assert cache.get(request) is None
    stream = stream_of(request)
    cache.put(request, stream)
    assert cache.get(request) == stream
    whole = cache.path(request).read_bytes()
    for broken in (whole[: len(whole) // 2], b"", b"[]", b"\xff\xfe", b'{"kind": "finished"}', whole[:-1]):
        cache.path(request).write_bytes(broken)
        assert cache.get(request) is None
    cache.put(request, stream)
    assert cache.get(request) == stream


def test_the_cache_is_bounded_and_keeps_what_was_used_last(tmp_path: Path) -> None:
    requests = [RunRequest(engine="fraud", settings=SMALL, seed=seed) for seed in range(4)]
    stream = stream_of(requests[0])
    cache = Cache(tmp_path)
    for age, request in enumerate(requests[:3]):
        cache.put(request, stream)
        os.utime(cache.path(request), (1_000 + age, 1_000 + age))
    assert cache.get(requests[0])  # used now: the oldest is the second
    size = cache.path(requests[0]).stat().st_size
    Cache(tmp_path, limit=3 * size + size // 2).put(requests[3], stream)
    assert [cache.get(r) is not None for r in requests] == [True, False, True, True]


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_a_cache_that_cannot_be_written_does_no_harm(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("not a directory")
    request = RunRequest(engine="fraud", settings=SMALL)
    cache = Cache(blocked / "runs")
    cache.put(request, stream_of(request))
    assert cache.get(request) is None


# ---------------------------------------------------------------- comparisons


def test_a_comparison_says_what_changed_and_what_came_of_it() -> None:
    broken = finished(RunRequest(engine="fraud", settings={"learning_rate": 3.0, "epochs": 5}))
    cured = finished(RunRequest(engine="fraud", settings={"epochs": 5}))
    found = compare(broken, cured)
    step = broken.facts["first_nonfinite_step"]
    assert found.sentence.startswith(
        f"Learning rate 3 → 0.1: the loss left the chart at step {step} before and now stays on it"
    )
    assert f"training loss is now {cured.facts['loss']['train']:.3g}" in found.sentence
    back = compare(cured, broken)
    assert f"leaves the chart at step {step}" in back.sentence
    assert {figure.outcome for figure in back.figures} == {"neutral"}

    wider = finished(RunRequest(engine="fraud", settings={"epochs": 5, "width": 2}))
    figures = {figure.name: figure for figure in compare(cured, wider).figures}
    assert figures["train_loss"].outcome == "worse"
    assert figures["train_loss"].before == cured.facts["loss"]["train"]
    nothing = compare(cured, cured)
    assert {f.outcome for f in nothing.figures if f.before is not None} == {"same"}
    assert nothing.sentence.startswith("Nothing changed: training loss stays at")
