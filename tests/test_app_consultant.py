"""Who answers, in the app: asked before the first call, shown, switched, set up, and paid for."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from tests.app_kit import LARGE, SMALL, at_home, say, seen, until
from tests.llm_kit import ANSWERING, RIGHT, WRONG, Honest, desk_of, scripted
from tests.llm_server import LlmServer
from tutor import settings
from tutor.app.agreed import agree, agreed
from tutor.app.app import TutorApp
from tutor.app.case import CaseScreen
from tutor.app.language_model import ModelScreen
from tutor.app.sheets import Question
from tutor.consultant.llm.mock import Script as Scripted
from tutor.conversation.desk import Desk
from tutor.settings import Llm

KEY = "sk-test-0123456789abcdef"


@pytest.fixture(scope="module")
def cache(shared_cache: Path) -> Path:
    return shared_cache


@pytest.fixture(scope="module")
def honest(cache: Path) -> Scripted:
    return scripted(cache)


@asynccontextmanager
async def in_app(
    tmp_path: Path, cache: Path, settings: Llm, *, size: tuple[int, int] = SMALL, ready: bool = True
) -> AsyncIterator[tuple[Pilot[None], Desk]]:
    async with (
        desk_of(tmp_path, cache, settings, ready=ready) as desk,
        TutorApp(lambda: desk, tmp_path / "data").run_test(size=size) as pilot,
    ):
        yield pilot, desk


def llm(server: LlmServer, **more: object) -> Llm:
    return Llm.model_validate({"base_url": server.url, "model": "test-model", **ANSWERING, **more})


async def into_the_case(pilot: Pilot[None]) -> CaseScreen:
    await at_home(pilot)
    await pilot.press("enter")
    await until(pilot, lambda: any(isinstance(s, CaseScreen) for s in pilot.app.screen_stack))
    screen = next(s for s in pilot.app.screen_stack if isinstance(s, CaseScreen))
    await until(pilot, lambda: screen.talk is not None)
    return screen


def text(pilot: Pilot[None], name: str) -> str:
    return str(pilot.app.screen.query_one(name, Static).content)


async def test_nothing_is_sent_before_the_learner_agrees(
    tmp_path: Path, cache: Path, honest: Scripted
) -> None:
    async with LlmServer(Honest(honest)) as server:
        async with in_app(tmp_path, cache, llm(server)) as (pilot, _):
            screen = await into_the_case(pilot)
            await until(pilot, lambda: isinstance(pilot.app.screen, Question))
            told = " ".join(seen(pilot).replace("▌", " ").split())
            assert f"go to test-model at 127.0.0.1:{server.port}, on this computer" in told
            assert "the answer key is never sent" in told
            await pilot.press("n")
            await until(pilot, lambda: pilot.app.screen is screen)
            assert "(offline)" in text(pilot, "#who")
            await say(pilot, WRONG)
            assert server.asked == []
            assert text(pilot, "#spent") == ""
            await pilot.press("ctrl+o")
            await until(pilot, lambda: isinstance(pilot.app.screen, Question))
            await pilot.press("y")
            await until(pilot, lambda: screen.by_model)
            await say(pilot, WRONG)
            assert len(server.asked) == 2
            assert "(test-model at" in text(pilot, "#who")
            assert "tokens" in text(pilot, "#spent")
            await pilot.press("ctrl+o")
            await until(pilot, lambda: not screen.by_model)
            await say(pilot, WRONG)
            assert len(server.asked) == 2, "switched off in mid-session: nothing more is sent"
            assert "tokens" in text(pilot, "#spent"), "what was used stays in sight"
        assert server.url in agreed(tmp_path / "data")
        async with in_app(tmp_path, cache, llm(server), size=LARGE) as (pilot, _):
            screen = await into_the_case(pilot)
            await until(pilot, lambda: screen.by_model)
            assert pilot.app.screen is screen, "asked once for each server"
            assert "tokens" in text(pilot, "#spent"), "what earlier sittings used counts"
            await pilot.press(*"/offline", "enter")
            await until(pilot, lambda: not screen.by_model)


async def test_a_used_up_budget_goes_on_offline(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    async with LlmServer(Honest(honest)) as server:
        agree(tmp_path / "data", server.url)
        limited = llm(server, session_tokens=200, price_in=2.0)
        async with in_app(tmp_path, cache, limited, size=LARGE) as (pilot, _):
            await into_the_case(pilot)
            await say(pilot, WRONG)
            assert "(offline)" in text(pilot, "#who")
            before = len(server.asked)
            assert before >= 1
            assert ", 0.00" in text(pilot, "#spent"), "money, where a price is set"
            await say(pilot, RIGHT)
            assert len(server.asked) == before
            assert "this session has used its 200 tokens" in " ".join(seen(pilot).split())


async def test_a_model_is_set_up_and_tried_in_the_app(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    models = ("text-embedding-1", *(f"model-{i:05}" for i in range(10_000)))
    async with (
        LlmServer(Honest(honest), models=models) as server,
        in_app(tmp_path, cache, Llm(), ready=False) as (pilot, desk),
    ):
        await at_home(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ModelScreen))
        screen = pilot.app.screen
        server_field = screen.query_one("#base_url", Input)
        server_field.value = "localhost:1"
        await pilot.press("ctrl+t")
        assert "write it like http" in text(pilot, "#result")
        server_field.value = "http://127.0.0.1:9/v1"
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "cannot be reached" in text(pilot, "#result"))
        server_field.value = server.url
        screen.query_one("#key", Input).value = KEY
        await pilot.press("ctrl+o")
        await until(pilot, lambda: screen.query_one(OptionList).option_count)
        assert screen.query_one(OptionList).option_count <= 200
        screen.query_one("#model", Input).value = "09999"
        await until(pilot, lambda: screen.query_one(OptionList).option_count == 1)
        await pilot.press("down", "enter")
        await until(pilot, lambda: screen.query_one("#model", Input).value == "model-09999")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: "It works: model-09999 at" in text(pilot, "#result"))
        assert server.asked[-1].headers["authorization"] == f"Bearer {KEY}"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ModelScreen))
        assert desk.has_online
        online = desk.online
        assert online is not None
        assert "key: typed in" in (await online.examine(online.settings)).found, "kept while the app runs"
        elsewhere = online.settings.model_copy(
            update={"base_url": server.url.replace("127.0.0.1", "localhost")}
        )
        assert "key: none" in (await online.examine(elsewhere)).found, "and for no other server"
        kept = settings.config_path().read_text(encoding="utf-8")
        assert kept == f'base_url = "{server.url}"\nmodel = "model-09999"\n'
        assert not [p for p in tmp_path.rglob("*") if p.is_file() and KEY.encode() in p.read_bytes()]


async def test_what_the_environment_sets_is_said(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TUTOR_MODEL", "theirs")
    async with in_app(tmp_path, cache, settings.load_llm(), ready=False) as (pilot, _):
        await at_home(pilot)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(pilot.app.screen, ModelScreen))
        assert pilot.app.screen.query_one("#model", Input).disabled
        assert "set by TUTOR_MODEL" in seen(pilot)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(pilot.app.screen, ModelScreen))
        assert not settings.config_path().exists()
