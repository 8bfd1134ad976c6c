"""What a turn costs in tokens: the two prompts of every case along sessions of growing length.

    python -m benchmarks.tokens [--turns N] [--cache DIR]

No model is asked. Plays each case with the offline reader, in the words of its own phrasings, and counts the
prompts. A token is taken as four characters. The stable part of a prompt (which servers keep between turns)
and the part that changes are told apart.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import tempfile
from collections.abc import Iterator
from pathlib import Path
from statistics import mean

from tutor import content
from tutor.authoring.content_tests import hear
from tutor.consultant import prompts
from tutor.consultant.llm.usage import CHARACTERS_A_TOKEN
from tutor.consultant.protocols import Context
from tutor.consultant.reader import Reader, load_reader
from tutor.consultant.wording import compose
from tutor.conversation.evidence import evidence
from tutor.dialogue.events import Replied
from tutor.dialogue.key import Key
from tutor.dialogue.session import advance, start
from tutor.engine.cache import Cache
from tutor.engine.records import Finished, Run
from tutor.engine.runner import Runner
from tutor.scenario.library import find
from tutor.scenario.reading import Source

Counts = tuple[int, int, int, int]
_HEAD = "tokens                 turns         read         word   turn  first 5  last 5   most"


def counts(source: Source, run: Run, reader: Reader, turns: int) -> Iterator[Counts]:
    """Of each turn: tokens of the reading prompt (stable, changing) and of the wording prompt (the same)."""
    chance = random.Random(source.scenario.id)
    session = start(Key(source.scenario, next(iter(source.scenario.variants))), 0)
    said = [text for texts in source.phrasings.phrasings.values() for text in texts]
    for _ in range(turns):
        session, _, move = hear(reader, session, " ".join(chance.sample(said, 2)))
        context = Context(session, run)
        turn = session.awaiting
        draft = compose(move, context)
        reading = prompts.reading(turn.text if turn else "", context)
        wording = prompts.wording(move, context, draft)
        sizes = [len(m["content"]) // CHARACTERS_A_TOKEN for m in (*reading, *wording)]
        yield sizes[0], sizes[1], sizes[2], sizes[3]
        number = turn.number if turn else 0
        session = advance(session, Replied(turn=number, move=move, text=draft))
        if session.finished:
            return


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--cache", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_print(arguments.turns, arguments.cache or Path(folder)))


async def _print(turns: int, cache: Path) -> None:
    library = find([content.scenarios_dir()])
    print(_HEAD)
    print(f"{'':<22} {'':>5} {'stable+rest':>12} {'stable+rest':>12} {'mean':>6}")
    async with Runner(Cache(cache / "runs", 10**8)) as runner:
        for name, source in library.sources.items():
            variant = next(iter(source.scenario.variants))
            seed = source.scenario.variants[variant].seeds[0]
            last = [m async for m in evidence(runner, source.scenario, variant, seed)][-1]
            if not isinstance(last, Finished):
                raise SystemExit(f"{name}: {last}")
            reader = await asyncio.to_thread(load_reader, source, cache / "assessor")
            rows = list(counts(source, last.run, reader, turns))
            whole = [sum(row) for row in rows]
            read, read_rest, word, word_rest = (round(mean(column)) for column in zip(*rows, strict=True))
            print(
                f"{name:<22} {len(rows):>5} {f'{read}+{read_rest}':>12} {f'{word}+{word_rest}':>12} "
                f"{mean(whole):>6.0f} {mean(whole[:5]):>8.0f} {mean(whole[-5:]):>7.0f} {max(whole):>6}"
            )
    most = prompts.MOST_MESSAGE + prompts.TURNS * 2 * prompts.MOST_SAID + prompts.MOST_TABLE
    print(f"message, turns and evidence are cut at {most // CHARACTERS_A_TOKEN:,} tokens, whatever is said")


if __name__ == "__main__":
    main()
