"""A server that is not ours: llama.cpp's own, over a tiny model of random weights.

Needs two packages that nothing else here needs: pip install -e '.[llamacpp]'.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.llama_model import write
from tests.llm_kit import RIGHT, WRONG, desk_of, say, sit
from tutor.consultant.llm.link import Link
from tutor.consultant.llm.probe import probe
from tutor.conversation import Answered
from tutor.settings import Llm

WHY = "llama.cpp's server is not installed: pip install -e '.[llamacpp]'"
gguf = pytest.importorskip("gguf", reason=WHY)
xllamacpp = pytest.importorskip("xllamacpp", reason=WHY)

LINES = (WRONG, RIGHT, "I want a hint")


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    model = tmp_path_factory.mktemp("model") / "random.gguf"
    write(model, gguf)
    settings = xllamacpp.CommonParams()
    settings.model.path = str(model)
    settings.n_ctx, settings.n_parallel, settings.port = 32_768, 1, 0
    settings.warmup, settings.verbosity = False, -1
    server = xllamacpp.Server(settings)
    yield server.listening_address
    del server


@pytest.mark.parametrize("path", ["", "/v1"])
async def test_the_doctor_finds_it(path: str, address: str) -> None:
    found = await probe(Llm(base_url=address + path))
    assert found.mend == ""
    assert re.match(r"random\.gguf at 127\.0\.0\.1:\d+; JSON by schema; key: none", found.found)


async def test_it_lists_its_models(address: str) -> None:
    link = Link(Llm(base_url=address))
    (name,) = await link.models()
    assert name.endswith("random.gguf")
    await link.close()


async def test_a_session_with_a_model_that_talks_at_random(
    address: str, tmp_path: Path, shared_cache: Path
) -> None:
    """Whatever it says, verdicts and moves are those of the offline consultant, and every reply stands."""
    llm = Llm.model_validate({"base_url": address, "rest_seconds": 0, "session_tokens": 0})
    async with desk_of(tmp_path, shared_cache, llm) as desk:
        talk = await sit(desk, "tiny", "exploding")
        for line in LINES:
            turn, updates = await say(talk, line)
            assert isinstance(updates[-1], Answered)
            assert turn.reply
            assert "rejects" not in turn.note
        assert talk.session.spent.calls >= 2 * len(LINES)
        assert talk.session.spent.guessed < talk.session.spent.tokens, "the server counts its tokens"
    async with desk_of(tmp_path / "2", shared_cache, llm, ready=False) as desk:
        alone = await sit(desk, "tiny", "exploding")
        for line in LINES:
            await say(alone, line)
    moves = [[(t.verdict, t.move) for t in each.session.turns] for each in (talk, alone)]
    assert moves[0] == moves[1]
