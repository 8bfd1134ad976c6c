"""How fast the engine is: seconds per run in a warm child, and the training loop beside a bare torch loop.

    python benchmarks/engine.py [--runs 3]

Ratios come from runs taken in turns on the same machine, so that its load falls on both sides alike.
"""

from __future__ import annotations

import argparse
import asyncio
import math
import statistics
import time
from contextlib import aclosing
from pathlib import Path

import torch
from torch.nn.functional import binary_cross_entropy_with_logits

from tutor.engine.records import Failed, Finished, Progress, RunRequest
from tutor.engine.runner import Runner
from tutor.engine.settings.fraud import FraudSettings
from tutor.engine.simulate.fraud import build_network, recipe
from tutor.engine.training import train, warm_up

REQUESTS = {
    "fraud": {
        "healthy": {},
        "exploding": {"learning_rate": 3.0},
        "10 layers, clipped": {"layers": 10, "init_gain": 1.5, "clip_norm": 1.0},
    },
    "recommender": {"defaults": {}},
    "clients": {"defaults": {}},
    "credit": {"defaults": {}},
}


async def child_runs(engine: str, runs: int) -> None:
    """Start a child for one engine; seconds from each request to the first progress and to the end, and the
    child's peak memory."""
    began = time.perf_counter()
    async with Runner(engine=engine) as runner:
        first, _, _, _ = await timed(runner, RunRequest(engine=engine))
        print(
            f"{engine}: {time.perf_counter() - began:.2f} s to start a child and run, {first:.2f} s to a sign"
        )
        for name, settings in REQUESTS[engine].items():
            taken = [await timed(runner, RunRequest(engine=engine, settings=settings)) for _ in range(runs)]
            if isinstance(taken[0][-1], Failed):
                print(f"  {name:22} {taken[0][-1].message}")
                continue
            first, whole = (statistics.median(t[i] for t in taken) for i in (0, 1))
            speed = f", {taken[0][2] / whole:.1f} epochs/s" if taken[0][2] else ""
            print(f"  {name:22} first progress {first:.2f} s, whole run {whole:.2f} s{speed}")
        print(f"  {'peak memory':22} {peak_memory(runner)}")


async def timed(runner: Runner, request: RunRequest) -> tuple[float, float, int, Finished | Failed]:
    began, first, epochs = time.perf_counter(), math.nan, 0
    async with aclosing(runner.run(request)) as stream:
        async for message in stream:
            if math.isnan(first):
                first = time.perf_counter() - began
            if isinstance(message, Progress):
                epochs += message.unit == "epoch"
            else:
                return first, time.perf_counter() - began, epochs, message
    raise RuntimeError("the stream ended without a result")


def peak_memory(runner: Runner) -> str:
    """High-water mark of the child's resident memory (Linux)."""
    status = Path(f"/proc/{runner.child_pid}/status")
    if not status.exists():
        return "known on Linux only"
    kilobytes = next(line.split()[1] for line in status.read_text().splitlines() if line.startswith("VmHWM"))
    return f"{int(kilobytes) / 1024:.0f} MiB"


def loop_overhead(rounds: int = 9) -> None:
    """Seconds of processor time of the training loop, and of the same training without records, gradient
    norms, schedules and early stopping."""
    warm_up()
    for settings in (FraudSettings(), FraudSettings(optimizer="adamw"), FraudSettings(layers=10)):
        ours, bare = [], []
        for _ in range(rounds):
            bare.append(processor_seconds(lambda s=settings: bare_loop(s)))
            ours.append(processor_seconds(lambda s=settings: our_loop(s)))
        ratio = min(ours) / min(bare)
        name = f"{settings.layers} hidden layers, {settings.optimizer}"
        print(f"{name:28} ours {min(ours):.3f} s, bare torch {min(bare):.3f} s, ratio {ratio:.2f}")


def processor_seconds(work: object) -> float:
    began = time.process_time()
    work()  # type: ignore[operator]
    return time.process_time() - began


def data() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(0)
    x = torch.randn(16_800, 20, generator=generator)
    return x, (torch.rand(16_800, generator=generator) < 0.04).float()


def our_loop(settings: FraudSettings) -> None:
    x, y = data()
    loss = binary_cross_entropy_with_logits
    for _ in train(
        build_network(settings, 20, 0),
        loss,
        x,
        y,
        recipe(settings),
        lambda model: {"val_loss": loss(model(x[:3600]), y[:3600]).item()},
    ):
        pass


def bare_loop(settings: FraudSettings) -> None:
    """What a tutorial would write, with torch's default optimizers."""
    x, y = data()
    model = build_network(settings, 20, 0)
    if settings.optimizer == "sgd":
        optimizer = torch.optim.SGD(
            model.parameters(), settings.learning_rate, momentum=0.9, weight_decay=settings.weight_decay
        )
    else:
        optimizer = torch.optim.AdamW(
            model.parameters(), settings.learning_rate, weight_decay=settings.weight_decay
        )
    for _ in range(settings.epochs):
        model.train()
        for batch in torch.randperm(len(x)).split(settings.batch_size):
            loss = binary_cross_entropy_with_logits(model(x[batch]), y[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
        model.eval()
        with torch.no_grad():
            binary_cross_entropy_with_logits(model(x[:3600]), y[:3600]).item()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=3, help="runs of each kind (default 3)")
    arguments = parser.parse_args()
    for engine in REQUESTS:
        asyncio.run(child_runs(engine, arguments.runs))
    torch.set_num_threads(1)
    loop_overhead()
