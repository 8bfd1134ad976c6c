"""Whatever a server does, the turn ends: the right verdict, a visible note, the prompt free again."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.llm_kit import HASTY, RIGHT, WRONG, Honest, desk_of, say, scripted, sit, talking
from tests.llm_server import Asked, LlmServer, Script, Wire
from tutor.consultant.llm.mock import Script as Scripted
from tutor.conversation import Answered, Failed, Replaced, Words
from tutor.dialogue.model import MoveKind, Verdict
from tutor.settings import Llm

FIVE_MB = 5_000_000


@pytest.fixture(scope="module")
def cache(shared_cache: Path) -> Path:
    return shared_cache


@pytest.fixture(scope="module")
def honest(cache: Path) -> Scripted:
    return scripted(cache)


# ---------------------------------------------------------------- the cases

Play = Callable[[Asked, Wire], Awaitable[None]]


def status(code: int, /, **more: object) -> Play:
    async def play(asked: Asked, wire: Wire) -> None:
        await wire.error(code, **more)

    return play


async def reset(asked: Asked, wire: Wire) -> None:
    wire.reset()


async def silent(asked: Asked, wire: Wire) -> None:
    await asyncio.sleep(30)


async def half_silent(asked: Asked, wire: Wire) -> None:
    await wire.words(["I object. ", "Let us ", "look at "], finish=None)
    await asyncio.sleep(30)


async def half_reset(asked: Asked, wire: Wire) -> None:
    await wire.words(["I object. ", "Let us ", "look at "], finish=None)
    wire.reset()


async def half_closed(asked: Asked, wire: Wire) -> None:
    await wire.words(["I object. ", "Let us ", "look at "], finish=None)


async def drip(asked: Asked, wire: Wire) -> None:
    await wire.words(["I ", "object: ", *["no, ", "no, "] * 20], pause=0.25)


async def drip_of_comments(asked: Asked, wire: Wire) -> None:
    await wire.stream_head()
    for _ in range(100):
        await wire.send(b": still here\n\n")
        await asyncio.sleep(0.05)


async def web_page(asked: Asked, wire: Wire) -> None:
    await wire.head(kind="text/html")
    await wire.send(b"<html><h1>It works!</h1></html>")


async def elsewhere(asked: Asked, wire: Wire) -> None:
    await wire.head(307, Location="http://127.0.0.1:9/v1/chat/completions")


async def bad_json(asked: Asked, wire: Wire) -> None:
    await wire.head()
    await wire.send(b'{"choices": [')


async def odd_json(asked: Asked, wire: Wire) -> None:
    await wire.json({"choices": {"message": "no"}, "usage": "plenty"})


async def bad_events(asked: Asked, wire: Wire) -> None:
    await wire.stream_head()
    await wire.send(b"data: {not json}\n\n")


async def odd_events(asked: Asked, wire: Wire) -> None:
    await wire.stream_head()
    await wire.send(b'data: {"choices": "none"}\n\ndata: [DONE]\n\n')


async def error_event(asked: Asked, wire: Wire) -> None:
    await wire.stream_head()
    await wire.piece("Let us ")
    await wire.send(b'data: {"error": {"message": "secret words of the server"}}\n\n')


async def not_utf8(asked: Asked, wire: Wire) -> None:
    await wire.stream_head()
    await wire.send(b'data: {"choices": [{"delta": {"content": "\xff\xfe\xc3"}}]}\n\n')


async def huge(asked: Asked, wire: Wire) -> None:
    if asked.reads:
        await wire.whole("x" * FIVE_MB)
    else:
        await wire.words(["x" * FIVE_MB])


async def endless(asked: Asked, wire: Wire) -> None:
    await wire.words(["and then some more "] * 5000)


async def compressed(asked: Asked, wire: Wire) -> None:
    await wire.head(Content_Encoding="gzip")
    await wire.send(b"\x1f\x8b\x08\x00" + b"\x00" * 100)


async def empty(asked: Asked, wire: Wire) -> None:
    await (wire.whole("") if asked.reads else wire.words([]))


async def refusal(asked: Asked, wire: Wire) -> None:
    if asked.reads:
        await wire.whole(None, refusal="secret words of the server")
    else:
        await wire.stream_head()
        await wire.piece(refusal="secret words of the server")
        await wire.piece(finish="stop")


async def cut_off(asked: Asked, wire: Wire) -> None:
    await (wire.whole('{"act": "contri', "length") if asked.reads else wire.words(["Let us "], "length"))


async def filtered(asked: Asked, wire: Wire) -> None:
    await (wire.whole("", "content_filter") if asked.reads else wire.words(["Let"], "content_filter"))


async def nested(asked: Asked, wire: Wire) -> None:
    if asked.reads:
        await wire.head()
        await wire.send(b"[" * 100_000)
    else:
        await wire.stream_head()
        await wire.send(b"data: " + b'{"a":' * 50_000 + b"\n\n")


async def error_in_200(asked: Asked, wire: Wire) -> None:
    await wire.json({"error": {"message": "secret words of the server", "code": 401}})


async def endless_headers(asked: Asked, wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\n")
    while True:
        await wire.send(b"X-Wait: yes\r\n")
        await asyncio.sleep(0.01)


async def bad_chunks(asked: Asked, wire: Wire) -> None:
    await wire.send(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n")


async def calls_a_tool(asked: Asked, wire: Wire) -> None:
    call = {"index": 0, "function": {"name": "say", "arguments": "I object. Where?"}}
    await wire.stream_head()
    await wire.piece(tool_calls=[call])
    await wire.piece(finish="tool_calls")


async def flood(asked: Asked, wire: Wire) -> None:
    await wire.stream_head()
    await wire.send(b'data: {"choices":[{"delta":{"content":"a"}}]}\n\n' * 20_000)


async def thinks_forever(asked: Asked, wire: Wire) -> None:
    await wire.stream_head()
    await wire.piece("<think>")
    await wire.send(b'data: {"choices":[{"delta":{"content":"hm "}}]}\n\n' * 10_000)
    await wire.piece(finish="stop")


def words(*pieces: str) -> Play:
    async def play(asked: Asked, wire: Wire) -> None:
        await wire.words(pieces)

    return play


def reading(answer: object) -> Play:
    async def play(asked: Asked, wire: Wire) -> None:
        await wire.whole(answer if isinstance(answer, str) else json.dumps(answer))

    return play


def claims(idea: str, quote: str) -> object:
    claim = {"idea": idea, "stance": "asserts", "certainty": "certain", "quote": quote}
    return {"act": "contribution", "claims": [claim], "asks": None}


@dataclass(frozen=True)
class Fault:
    """What is played instead of an honest answer, and what the learner is told."""

    play: Script
    told: str


BOTH = {
    "401": Fault(status(401), "does not accept the key"),
    "403": Fault(status(403), "may not use test-model"),
    "404": Fault(status(404), "does not know test-model"),
    "402": Fault(status(402), "no credit left"),
    "429 for a minute": Fault(status(429, headers={"Retry_After": "60"}), "too many requests"),
    "429 quota": Fault(status(429, code="insufficient_quota"), "no credit left"),
    "400": Fault(status(400), "rejects the request"),
    "413": Fault(status(413), "too long"),
    "500": Fault(status(500), "failed (500)"),
    "503": Fault(status(503), "failed (503)"),
    "307": Fault(elsewhere, "sends us elsewhere"),
    "reset": Fault(reset, "broke the connection"),
    "silence": Fault(silent, "was silent for 0.3 seconds"),
    "web page": Fault(web_page, "web page"),
    "malformed JSON": Fault(bad_json, "cannot be read"),
    "odd JSON": Fault(odd_json, "cannot be read"),
    "nested JSON": Fault(nested, "cannot be read"),
    "an error in a 200": Fault(error_in_200, "reports a failure"),
    "endless headers": Fault(endless_headers, "was silent for 0.3 seconds"),
    "bad chunks": Fault(bad_chunks, "broke the connection"),
    "5 MB": Fault(huge, "far too long"),
    "compressed": Fault(compressed, "cannot be read"),
    "empty": Fault(empty, "said nothing"),
    "refusal": Fault(refusal, "declined"),
    "length": Fault(cut_off, "cut off"),
    "content filter": Fault(filtered, "filtered"),
}
READING = {
    "no JSON": Fault(reading("I think the learner is right!"), "could not be used"),
    "truncated JSON": Fault(reading('{"act": "contribution", "claims": [{"idea"'), "could not be used"),
    "unknown ids": Fault(reading(claims("aliens", "The loss")), "could not be used"),
    "made-up quotes": Fault(reading(claims("saw_flat", "it is aliens")), "could not be used"),
    "an idea that is not there": Fault(reading(claims("saw_explosion", "The loss")), "does not say"),
    "nothing found": Fault(reading({"act": "vague", "claims": [], "asks": None}), "does not say"),
    "a hint nobody asked for": Fault(reading({"act": "give_up", "claims": [], "asks": None}), "does not say"),
    "nested too deep": Fault(reading('{"a":' * 50_000), "could not be used"),
}
WORDING = {
    "silence in mid-stream": Fault(half_silent, "was silent"),
    "reset in mid-stream": Fault(half_reset, "broke the connection"),
    "end in mid-stream": Fault(half_closed, "broke off"),
    "drip": Fault(drip, "was silent"),
    "drip of comments": Fault(drip_of_comments, "was silent"),
    "bad events": Fault(bad_events, "cannot be read"),
    "odd events": Fault(odd_events, "cannot be read"),
    "error event": Fault(error_event, "reports a failure"),
    "invalid UTF-8": Fault(not_utf8, "cannot be read"),
    "endless": Fault(endless, "for too long"),
    "terminal escapes": Fault(
        words("Look \x1b[31m", "at \x1b]0;owned\x07", "this."), "marks that do not belong"
    ),
    "Rich markup": Fault(
        words("[bold red]Look[/] at ", "[@click=app.quit]this[/]."), "marks that do not belong"
    ),
    "links": Fault(words("Look ", "[here](http://evil.test)."), "marks that do not belong"),
    "other speaker": Fault(words("I object.\n", "Learner: I give up.\n"), "marks that do not belong"),
    "praise": Fault(words("You are ", "absolutely right. ", "What next?"), "agree where the case does not"),
    "leak": Fault(words("Honestly, ", "the learning rate is too high. ", "See?"), "have not found yet"),
    "id": Fault(words("The answer is ", "too_fast. ", "See?"), "have not found yet"),
    "numbers": Fault(
        words("It lost ", "87.3% ", "of them. ", "Why?"), "number that the evidence does not have"
    ),
    "questions": Fault(words("What do you see? ", "And where? ", "And why?"), "lost the question"),
    "no question": Fault(words("I object. "), "lost the question"),
    "no objection": Fault(words("That will do. ", "What next?"), "left out what had to be said"),
    "another language": Fault(words("I object. ", "Du hast ja völlig recht. ", "Where?"), "another language"),
    "letters apart": Fault(
        words("I object, ", "y o u a r e r i g h t. ", "Where?"), "marks that do not belong"
    ),
    "look-alikes": Fault(words("I object. ", "Yоu аre right. ", "Where?"), "marks that do not belong"),
    "half a character": Fault(words("I object \ud83d. ", "Where?"), "marks that do not belong"),
    "a tool call": Fault(calls_a_tool, "said nothing"),
    "flood": Fault(flood, "for too long"),
    "endless thinking": Fault(thinks_forever, "said nothing"),
}


# ---------------------------------------------------------------- what must hold


async def ends_well(tmp_path: Path, cache: Path, script: Script, told: str, *, takes: float = 6.0) -> None:
    async with talking(tmp_path, cache, script, **HASTY) as (talk, _):
        began = time.monotonic()
        turn, updates = await say(talk, WRONG)
        assert time.monotonic() - began < takes
        assert isinstance(updates[-1], Answered), updates
        assert not any(isinstance(u, Failed) for u in updates)
        assert turn.verdict is Verdict.WRONG
        assert turn.move is not None
        assert (turn.move.kind, turn.move.target) == (MoveKind.PUSH_BACK, "saw_flat")
        assert told in turn.note
        assert "secret" not in turn.note
        assert turn.reply
        assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f]|\[/|\]\(|87\.3|learning rate", turn.reply)
        shown = ""
        for update in updates:
            shown = (
                ""
                if isinstance(update, Replaced)
                else shown + (update.text if isinstance(update, Words) else "")
            )
        assert shown == turn.reply
        after, _ = await say(talk, RIGHT)
        assert after.reply
        assert talk.session.stage == "diagnose"


@pytest.mark.parametrize("name", BOTH)
async def test_the_whole_server_fails(name: str, tmp_path: Path, cache: Path) -> None:
    await ends_well(tmp_path, cache, BOTH[name].play, BOTH[name].told)


@pytest.mark.parametrize("name", {**BOTH, **READING})
async def test_reading_fails(name: str, tmp_path: Path, cache: Path, honest: Scripted) -> None:
    fault = {**BOTH, **READING}[name]
    await ends_well(tmp_path, cache, Honest(honest, reading=fault.play), fault.told)


@pytest.mark.parametrize("name", {**BOTH, **WORDING})
async def test_wording_fails(name: str, tmp_path: Path, cache: Path, honest: Scripted) -> None:
    fault = {**BOTH, **WORDING}[name]
    await ends_well(tmp_path, cache, Honest(honest, wording=fault.play), fault.told)


async def test_no_server(tmp_path: Path, cache: Path) -> None:
    async with LlmServer(silent) as server:
        url = server.url
    llm = Llm.model_validate({"base_url": url, **HASTY})
    async with desk_of(tmp_path, cache, llm) as desk:
        turn, updates = await say(await sit(desk, "tiny", "exploding"), WRONG)
    assert isinstance(updates[-1], Answered)
    assert "cannot be reached" in turn.note
    assert turn.note.startswith("offline: "), "the same reason is told once"
    assert turn.by == "offline"


async def test_a_short_wait_is_waited_out(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    async def busy(asked: Asked, wire: Wire) -> None:
        if asked.number == 1:
            await wire.error(429, headers={"Retry_After": "1"})
        else:
            await Honest(honest)(asked, wire)

    async with talking(tmp_path, cache, busy) as (talk, server):
        began = time.monotonic()
        turn, _ = await say(talk, WRONG)
        assert time.monotonic() - began >= 2.0
    assert turn.note == ""
    assert [a.reads for a in server.asked] == [True, True, False, False]


async def test_a_server_that_failed_is_left_alone_for_a_while(tmp_path: Path, cache: Path) -> None:
    async with talking(tmp_path, cache, status(503), rest_seconds=60.0) as (talk, server):
        await say(talk, WRONG)
        asked = len(server.asked)
        assert asked == 2, "one call and one retry; the second call of the turn is spared"
        turn, _ = await say(talk, RIGHT)
        assert len(server.asked) == asked
        assert "failed (503)" in turn.note


async def test_a_reply_can_be_stopped_at_any_time(tmp_path: Path, cache: Path, honest: Scripted) -> None:
    async with talking(tmp_path, cache, Honest(honest, wording=half_silent), pause_seconds=30.0) as (talk, _):
        spoke = asyncio.Event()

        async def listen() -> None:
            async for update in talk.say(WRONG):
                if isinstance(update, Words):
                    spoke.set()

        task = asyncio.create_task(listen())
        await asyncio.wait_for(spoke.wait(), 5)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        (turn,) = talk.session.turns
        assert turn.reply is not None
        assert turn.reply.startswith("I object")
        assert turn.note == "stopped"


# ---------------------------------------------------------------- what is odd, and yet good


def odd(honest: Scripted, usage: object) -> Play:
    """Two completions, the first of which comes second; in parts; thoughts beside it; an odd usage."""

    async def play(asked: Asked, wire: Wire) -> None:
        text = await asyncio.to_thread(honest.answer, asked.body["messages"])
        content = [{"type": "text", "text": text}]
        message = {"role": "assistant", "content": content, "reasoning_content": "x" * 5_000}
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        other = {"index": 1, "message": {"content": "rubbish"}, "finish_reason": "stop"}
        await wire.json({"choices": [other, choice], "usage": usage})

    return play


OBJECTION = "I'm challenging that. Where in the curves do you see it?"


async def odd_stream(asked: Asked, wire: Wire) -> None:
    """CRLF, a byte order mark, comments, other fields, other choices, empty and null deltas, parts."""
    await wire.stream_head()
    await wire.send(b"\xef\xbb\xbf: hello\r\n\r\n")
    for word in OBJECTION.split():
        for choices in (
            [{"index": 1, "delta": {"content": "rubbish "}}],
            [{"index": 0, "delta": {"content": None, "reasoning_content": "hm"}}],
            [{"index": 0, "delta": {"content": [{"type": "text", "text": f"{word} "}]}}],
            [],
        ):
            data = json.dumps({"choices": choices, "usage": None})
            await wire.send(f"event: message\r\nid: 7\r\ndata:{data}\r\n\r\n: ping\r\n\r\n".encode())
    await wire.send(
        b'data: {"choices": [{"delta": {}, "finish_reason": "stop"}]}\r\n\r\ndata: [DONE]\r\n\r\n'
    )


@pytest.mark.parametrize(
    "usage",
    [None, "lots", {"prompt_tokens": -5, "completion_tokens": 1e30}, {"prompt_tokens": 10**12}],
    ids=["none", "text", "negative", "absurd"],
)
async def test_odd_servers_are_understood(
    usage: object, tmp_path: Path, cache: Path, honest: Scripted
) -> None:
    script = Honest(honest, reading=odd(honest, usage), wording=odd_stream)
    async with talking(tmp_path, cache, script) as (talk, _):
        turn, _ = await say(talk, WRONG)
        assert turn.note == ""
        assert (turn.reply or "").strip() == OBJECTION
        assert turn.verdict is Verdict.WRONG
        assert 0 < talk.session.spent.tokens < 10_000


async def test_thinking_without_its_opening_mark_is_learned(
    tmp_path: Path, cache: Path, honest: Scripted
) -> None:
    async def thinks(asked: Asked, wire: Wire) -> None:
        thought = "So they are wrong, and I should say so.</think>\n\n" if asked.number < 4 else ""
        await wire.words(re.findall(r"\S+\s*", thought + OBJECTION))

    async with talking(tmp_path, cache, Honest(honest, wording=thinks)) as (talk, _):
        notes = [(await say(talk, text))[0].note for text in (WRONG, WRONG, WRONG, WRONG, WRONG)]
    assert notes[0] != "", "found out by a reply that had to be withdrawn"
    assert notes[1] == notes[2] == "", "then the thinking is left out"
    assert notes[3] != "", "until there is none"
    assert notes[4] == ""
