"""The way to a language model and back, over real HTTP with the real client."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import pytest

from tests.llm_kit import ANSWERING, RIGHT, WRONG, Honest, desk_of, say, scripted, sit, talking
from tests.llm_server import Asked, LlmServer, Wire
from tutor.consultant.llm.link import choose_model
from tutor.consultant.llm.mock import Script as Scripted
from tutor.consultant.llm.probe import probe
from tutor.conversation import Words
from tutor.conversation.spending import briefly, in_words
from tutor.dialogue.model import MoveKind, Usage
from tutor.settings import Llm

KEY = "sk-test-0123456789abcdef"


@pytest.fixture(scope="module")
def cache(shared_cache: Path) -> Path:
    return shared_cache


@pytest.fixture(scope="module")
def honest(cache: Path) -> Scripted:
    return scripted(cache)


async def test_a_turn_is_two_calls_and_the_words_are_the_models(
    tmp_path: Path, cache: Path, honest: Scripted
) -> None:
    async def own_words(asked: Asked, wire: Wire) -> None:
        pieces = ["<think>They ", "are wrong.</think>\n", "Ada: ", "I'm challenging ", "that. ", "Where "]
        await wire.words([*pieces, "in ", "the curves ", "do you ", "see it?"])

    async with talking(tmp_path, cache, Honest(honest, wording=own_words)) as (talk, server):
        turn, updates = await say(talk, WRONG)
        assert [a.reads for a in server.asked] == [True, False]
        assert turn.reply == "I'm challenging that. Where in the curves do you see it?"
        assert "".join(u.text for u in updates if isinstance(u, Words)) == turn.reply
        assert turn.note == ""
        assert turn.by == talk.consultant.name == f"test-model at 127.0.0.1:{server.port}"
        assert turn.move is not None
        assert turn.move.kind is MoveKind.PUSH_BACK
        request = server.asked[0].body
        assert request["response_format"]["json_schema"]["strict"] is True
        assert request["messages"][0]["role"] == "system"
        assert "127.0.0.1" in talk.consultant.notice
        assert talk.session.spent.calls == 2
        assert talk.session.spent.guessed == talk.session.spent.tokens > 100


async def test_words_are_shown_as_they_come(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    words = re.findall(r"\S+\s*", "I'm challenging that. Where in the curves do you see it?")
    shown: list[str] = []
    news = asyncio.Condition()

    async def one_by_one(asked: Asked, wire: Wire) -> None:
        await wire.stream_head()
        for number, word in enumerate(words):
            await wire.piece(word)
            if asked.number == 2:
                async with news:  # a word is on the screen before the one after the next is sent
                    await news.wait_for(lambda sent=number: len("".join(shown).split()) >= sent)
        await wire.piece(finish="stop")

    async with talking(tmp_path, cache, Honest(honest, wording=one_by_one)) as (talk, _):
        await say(talk, RIGHT)
        async for update in talk.say(WRONG):
            if isinstance(update, Words):
                async with news:
                    shown.append(update.text)
                    news.notify_all()
        assert talk.session.last is not None
        assert talk.session.last.note == ""
    assert len(shown) >= 8, "word by word"


@pytest.mark.parametrize(
    ("takes", "structure"), [("tools", "tool"), ("response_format", "schema"), ("", "text")]
)
async def test_how_json_is_asked_for_is_found_out_once(
    takes: str, structure: str, tmp_path: Path, cache: Path, honest: Scripted
) -> None:
    async def picky(asked: Asked, wire: Wire) -> None:
        unknown = {"response_format", "tools"} - {takes}
        if unknown & asked.body.keys():
            await wire.error(400, f"unknown field {min(unknown & asked.body.keys())}")
        elif "tools" in asked.body:
            arguments = honest.answer(asked.body["messages"])
            call = {"id": "1", "type": "function", "function": {"name": "reading", "arguments": arguments}}
            await wire.whole(None, "tool_calls", tool_calls=[call])
        else:
            answer = honest.answer(asked.body["messages"])
            await wire.whole(f"Sure! Here it is:\n```json\n{answer}\n```\nAnything else?")

    async with talking(tmp_path, cache, Honest(honest, reading=picky)) as (talk, server):
        for text in (WRONG, RIGHT):
            turn, _ = await say(talk, text)
            assert turn.note == ""
    rejected = {"schema": 0, "tool": 1, "text": 2}[structure]
    assert sum(a.reads for a in server.asked) == 2 + rejected


@pytest.mark.parametrize("parameter", ["max_tokens", "temperature", "stream_options"])
async def test_parameters_that_a_server_rejects_are_left_out(
    parameter: str, tmp_path: Path, cache: Path, honest: Scripted
) -> None:
    async def picky(asked: Asked, wire: Wire) -> None:
        if parameter in asked.body:
            await wire.error(400, f"Unsupported parameter: '{parameter}' is not supported with this model.")
        else:
            await Honest(honest)(asked, wire)

    async with talking(tmp_path, cache, picky) as (talk, server):
        turn, _ = await say(talk, WRONG)
        assert turn.note == ""
        assert "response_format" in server.asked[-2].body or "response_format" in server.asked[-3].body
        await say(talk, RIGHT)
        assert parameter not in server.asked[-1].body


async def test_a_server_that_ignores_stream(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    async def at_once(asked: Asked, wire: Wire) -> None:
        await wire.whole("I'm challenging that. Where in the curves do you see it?")

    async with talking(tmp_path, cache, Honest(honest, wording=at_once)) as (talk, _):
        turn, _ = await say(talk, WRONG)
    assert (turn.reply, turn.note) == ("I'm challenging that. Where in the curves do you see it?", "")


async def test_a_reading_is_mended_once(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    async def second_try(asked: Asked, wire: Wire) -> None:
        if asked.number == 1:
            await wire.whole("It reads like a claim to me.")
        else:
            assert "no JSON object" in asked.prompt
            await wire.whole(honest.answer(asked.body["messages"]))

    async with talking(tmp_path, cache, Honest(honest, reading=second_try)) as (talk, server):
        turn, _ = await say(talk, WRONG)
    assert turn.note == ""
    assert sum(a.reads for a in server.asked) == 2


async def test_a_quote_may_differ_in_marks_and_case(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    async def sloppy(asked: Asked, wire: Wire) -> None:
        claim = {
            "idea": "saw_flat",
            "stance": "asserts",
            "certainty": "certain",
            "quote": "the loss doesnt Move",
        }
        claim["quote"] = "“The LOSS does not move!”"
        await wire.whole(json.dumps({"act": "contribution", "claims": [claim], "asks": None}))

    async with talking(tmp_path, cache, Honest(honest, reading=sloppy)) as (talk, _):
        turn, _ = await say(talk, WRONG)
    assert turn.assessment is not None
    assert [c.quote for c in turn.assessment.claims] == ["The loss does not move"]
    assert turn.note == ""


async def test_a_base_url_alone_is_enough(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    async with LlmServer(Honest(honest), models=("nomic-embed-text", "llama-9")) as server:
        llm = Llm.model_validate({"base_url": server.url, **ANSWERING})
        async with desk_of(tmp_path, cache, llm) as desk:
            talk = await sit(desk, "tiny", "exploding")
            turn, _ = await say(talk, WRONG)
            assert turn.note == ""
            assert talk.consultant.name.startswith("llama-9 at ")


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        (["gpt-4o", "gpt-4.1-mini"], "gpt-4.1-mini"),
        (["text-embedding-3", "mine"], "mine"),
        (["whisper"], None),
        ([], None),
    ],
)
def test_which_model(names: list[str], chosen: str | None) -> None:
    assert choose_model(names) == chosen


async def test_the_key_goes_to_the_server_and_nowhere_else(
    tmp_path: Path,
    cache: Path,
    honest: Scripted,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)
    caplog.set_level("DEBUG")

    async def echo(asked: Asked, wire: Wire) -> None:
        await wire.error(401, f"Incorrect API key provided: {asked.headers['authorization']}")

    async with talking(tmp_path, cache, echo) as (talk, server):
        turn, _ = await say(talk, WRONG)
        found = await probe(talk.assessor._link.settings)  # type: ignore[attr-defined]
    assert server.asked[0].headers["authorization"] == f"Bearer {KEY}"
    kept = "".join(p.read_bytes().decode("latin-1") for p in tmp_path.rglob("*") if p.is_file())
    assert WRONG in kept
    for text in (kept, turn.note, str(found), caplog.text, repr(talk.consultant), talk.consultant.notice):
        assert KEY not in text
    assert "does not accept the key" in turn.note
    assert "key" in found.mend


async def test_the_budget_ends_in_the_offline_consultant(
    tmp_path: Path, cache: Path, honest: Scripted
) -> None:
    async with talking(tmp_path, cache, Honest(honest), session_tokens=500) as (talk, server):
        first, _ = await say(talk, WRONG)
        second, _ = await say(talk, RIGHT)
        asked = len(server.asked)
        third, _ = await say(talk, WRONG)
    assert "has used its 500 tokens" in second.note
    assert second.by == third.by == "offline"
    assert first.reply
    assert third.reply
    assert len(server.asked) == asked <= 2


def test_money_is_told_by_the_prices_that_are_set() -> None:
    used = Usage(calls=1, sent=9_000, received=400)
    assert in_words(used, Llm()) == "1 call, 9,400 tokens of 200,000"
    priced = Llm(price_in=0.4, price_out=1.6, session_tokens=0)
    assert in_words(used, priced) == "1 call, 9,400 tokens, 0.0042 by the prices you set"
    assert briefly(used, priced) == "9.4k tokens, 0.0042"
    guessed = used.model_copy(update={"calls": 2, "guessed": 400})
    assert in_words(guessed, priced) == "2 calls, about 9,400 tokens, about 0.0042 by the prices you set"
    assert in_words(Usage(), priced) == briefly(Usage(), priced) == ""


async def test_what_was_used_adds_up_over_sittings(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    async with LlmServer(Honest(honest)) as server:
        llm = Llm.model_validate({"base_url": server.url, "model": "m", **ANSWERING})
        async with desk_of(tmp_path, cache, llm) as desk:
            talk = await sit(desk, "tiny", "exploding")
            await say(talk, WRONG)
            first = talk.session.spent
        limited = llm.model_copy(update={"session_tokens": first.tokens + 10})
        async with desk_of(tmp_path, cache, limited) as desk:
            taken = desk.resume(talk.identity)
            assert taken.session.spent == first
            again = await desk.sit_down(taken, talk.run)
            await say(again, RIGHT)
            assert again.session.spent.calls > first.calls
            late, _ = await say(again, WRONG)
            assert "has used its" in late.note, "the budget is the session's, not the sitting's"
            assert again.consultant.name == "offline", "and the consultant in use is shown as it is"
            assert desk.resume(talk.identity).session.spent == again.session.spent


async def test_a_stopped_turn_is_counted(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    async def slow(asked: Asked, wire: Wire) -> None:
        await wire.words(["I'm ", "challenging ", "that. ", *["On and on "] * 50], pause=0.1)

    async with talking(tmp_path, cache, Honest(honest, wording=slow)) as (talk, _):
        async for update in (turn := talk.say(WRONG)):
            if isinstance(update, Words):
                break
        await turn.aclose()
        assert talk.session.spent.calls == 2
        assert talk.session.last is not None
        assert talk.session.last.note == "stopped"


async def test_switching_in_mid_session(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    async with LlmServer(Honest(honest)) as server:
        llm = Llm.model_validate({"base_url": server.url, "model": "m", **ANSWERING})
        async with desk_of(tmp_path, cache, llm) as desk:
            talk = await sit(desk, "tiny", "exploding")
            online, source = talk.consultant, desk.library.get("tiny")
            first, _ = await say(talk, WRONG)
            await talk.hand_over(await desk.consultant(source, offline=True))
            asked = len(server.asked)
            second, _ = await say(talk, "I want a hint")
            assert len(server.asked) == asked
            assert talk.consultant.notice == ""
            await talk.hand_over(online)
            third, _ = await say(talk, RIGHT)
    assert [t.by == "offline" for t in (first, second, third)] == [False, True, False]


async def test_offline_and_online_agree(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    """The same claims give the same verdict and move, whoever words them."""
    lines = (WRONG, "what is the learning rate?", "I want a hint", RIGHT, "It is overfitting", "just tell me")
    async with talking(tmp_path, cache, Honest(honest)) as (talk, _):
        for line in lines:
            await say(talk, line)
        online = [(t.verdict, t.move, t.reply) for t in talk.session.turns]
        assert not any(t.note for t in talk.session.turns), [t.note for t in talk.session.turns]
    async with desk_of(tmp_path / "2", cache, Llm()) as desk:
        source = desk.library.get("tiny")
        taken = desk.take("tiny", variant="exploding", seed=talk.session.seed)
        run = [m async for m in desk.evidence(taken)][-1].run  # type: ignore[union-attr]
        alone = await desk.sit_down(taken, run)
        await alone.hand_over(await desk.consultant(source, offline=True))
        for line in lines:
            await say(alone, line)
    assert [(t.verdict, t.move, t.reply) for t in alone.session.turns] == online


@pytest.mark.parametrize(
    ("script", "found", "mend"),
    [
        (401, "does not accept the key", "OPENAI_API_KEY"),
        (404, "does not know test-model", ""),
        (500, "failed (500)", "again later"),
        ("words", "not with the JSON", "larger model"),
        ("json", "JSON by schema; key: none", None),
    ],
)
async def test_the_doctor_says_what_is_wrong(script: int | str, found: str, mend: str | None) -> None:
    async def play(asked: Asked, wire: Wire) -> None:
        if isinstance(script, int):
            await wire.error(script)
        else:
            await wire.whole('{"ready": true}' if script == "json" else "Ready when you are!")

    async with LlmServer(play, models=("other-model",)) as server:
        report = await probe(Llm(base_url=server.url, model="test-model"))
        assert len(server.asked) <= 3
    assert found in report.found
    if script == 404:
        assert "it has: other-model" in report.found
    assert (mend is None) == (report.mend == "")
    assert (mend or "") in report.mend
    assert re.fullmatch(r"[^\x00-\x1f]+", report.found)
