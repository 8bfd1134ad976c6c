"""The app served to browsers, over real HTTP and real WebSockets on loopback, with the real app behind."""

from __future__ import annotations

import asyncio
import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest
from aiohttp import ClientSession, WSServerHandshakeError
from click.testing import CliRunner
from yarl import URL

from tests.serve_kit import TOKEN, Browser, all_gone, browser, engines, relatives, served, until
from tutor.app import preferences
from tutor.cli import serving, tutor
from tutor.serving.door import folder_of
from tutor.serving.visits import Ending
from tutor.settings import OPENAI, Llm, SettingsError, in_environment, load_llm

HOME = "The consulting room"
DOWN, ENTER, CTRL_P, CTRL_Q = "\x1b[B", "\r", "\x10", "\x11"
SILENT = (sys.executable, "-c", "import time; print('__GANGLION__', flush=True); time.sleep(60)")
FAILING = (sys.executable, "-c", "raise SystemExit('\\x1b[31mno app here')")


async def refused(http: ClientSession, url: str, **headers: str) -> int:
    with pytest.raises(WSServerHandshakeError) as error:
        await http.ws_connect(url, headers=headers)
    return error.value.status


# ------------------------------------------------------------ who comes in


async def test_without_the_link_there_is_a_page_that_says_so(tmp_path: Path) -> None:
    async with served(tmp_path) as server, ClientSession() as stranger:
        for path in ("/", "/anew", "/download/x", "/nowhere", "/ws", "/ws?token=" + TOKEN, "/anew?token=x"):
            async with stranger.get(server.origin + path) as answer:
                text = await answer.text()
                assert answer.status == 403, path
                assert "<h1>This needs the whole link</h1>" in text or "Not from that page" in text
                assert "Traceback" not in text
        async with stranger.get(server.origin + "/?token=" + TOKEN[:-1]) as answer:
            assert (answer.status, "Set-Cookie" in answer.headers) == (403, False)
        for path in ("/static/", "/terminal/", "/static/../server.py", "/static/%2e%2e/server.py"):
            async with stranger.get(server.origin + path) as answer:
                assert answer.status in (403, 404), path
        assert not server.visits.here


async def test_the_token_becomes_cookies_that_no_script_and_no_other_page_can_use(tmp_path: Path) -> None:
    async with served(tmp_path) as server, browser(server.origin) as one:
        async with one.http.get(f"{server.origin}/?token={TOKEN}") as answer:
            assert "url=/" in await answer.text()
            kept = answer.headers["Set-Cookie"]
            assert TOKEN not in kept
            assert "HttpOnly" in kept
            assert "SameSite=Strict" in kept
        async with one.http.get(server.origin) as answer:
            page = await answer.text()
            assert TOKEN not in page
            assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
            assert answer.headers["Referrer-Policy"] == "same-origin"
        assert not re.findall(r"(?:https?:)?//(?!127\.0\.0\.1|www\.w3\.org/2000/svg)[a-z]", page)
        for asset in re.findall(r'(?:src|href)="(/(?:static|terminal)/[^"]+)"', page):
            async with one.http.get(server.origin + asset) as answer:
                assert answer.status == 200


async def test_another_page_and_another_name_get_nothing(tmp_path: Path) -> None:
    async with served(tmp_path) as server, browser(server.origin) as one:
        await one.come_in()
        socket = server.origin + "/ws"
        assert await refused(one.http, socket) == 403
        assert await refused(one.http, socket, Origin="http://evil.example") == 403
        assert await refused(one.http, socket, Origin="null") == 403
        rebound = {"Host": "evil.example", "Origin": "http://evil.example"}
        assert await refused(one.http, socket, **rebound) == 403
        async with one.http.post(
            server.origin + "/anew", headers={"Origin": "http://evil.example"}
        ) as answer:
            assert answer.status == 403
        async with one.http.get(server.origin, headers={"Host": "evil.example"}) as answer:
            assert answer.status == 403
        one.http.cookie_jar.update_cookies({server.door.visitor_cookie: "../../../etc"}, URL(server.origin))
        assert await refused(one.http, socket, Origin=server.origin) == 403
        assert not server.visits.begun


# ------------------------------------------------------------ visits


async def test_each_visitor_has_a_store_that_is_found_again(tmp_path: Path) -> None:
    async with served(tmp_path) as server, browser(server.origin) as one, browser(server.origin) as other:
        for who in (one, other):
            await who.come_in()
            await who.open()
            await who.sees(HOME, "Take the case")
        assert len({folder_of(tmp_path, visit.visitor) for visit in server.visits.here}) == 2
        (first,) = [v for v in server.visits.here if v.number == 1]
        await one.type("t")  # another theme: the app keeps that in its own folder
        mine = folder_of(tmp_path, first.visitor)
        await until(lambda: preferences.load(mine).theme)
        await server.visits.look()
        await one.type(CTRL_Q)
        assert await one.closed() == (Ending.LEFT.code, Ending.LEFT.says)
        await until(lambda: len(server.visits.here) == 1)
        assert re.search(r"visit 1 ended: left, after \d+ min, at most \d+ MB", server.told[-1])
        (last,) = server.visits.here
        assert not preferences.load(folder_of(tmp_path, last.visitor)).theme
        await one.open()
        await one.sees(HOME)
        assert server.visits.here[-1].visitor == first.visitor
        async with one.http.post(server.origin + "/anew", headers={"Origin": server.origin}) as answer:
            assert answer.status == 200
        await one.open()
        await one.sees(HOME)
        assert server.visits.here[-1].visitor != first.visitor


async def test_a_second_tab_takes_over_and_idle_visits_end(tmp_path: Path) -> None:
    async with served(tmp_path, idle=4.0) as server, browser(server.origin) as one:
        await one.come_in()
        await one.open()
        tab = Browser(server.origin)
        tab.http.cookie_jar.update_cookies({c.key: c.value for c in one.http.cookie_jar}, URL(server.origin))
        await tab.open()
        assert await one.closed() == (Ending.ELSEWHERE.code, Ending.ELSEWHERE.says)
        assert await tab.closed() == (Ending.IDLE.code, Ending.IDLE.says)
        await until(lambda: not server.visits.here)
        await tab.away()


async def test_of_many_tabs_at_once_one_comes_in(tmp_path: Path) -> None:
    async with served(tmp_path, argv=SILENT, grace=0.2) as server, browser(server.origin) as one:
        await one.come_in()
        address, origin = server.origin + "/ws", {"Origin": server.origin}
        tabs = await asyncio.gather(*(one.http.ws_connect(address, headers=origin) for _ in range(8)))
        closed = [asyncio.create_task(tab.receive()) for tab in tabs]
        await until(lambda: sum(task.done() for task in closed) == 7)
        assert server.visits.begun <= 2  # the first of them, perhaps, and the last
        assert len(server.visits.here) == 1


async def test_no_more_than_there_are_seats(tmp_path: Path) -> None:
    async with (
        served(tmp_path, most=1, argv=SILENT, grace=0.2) as server,
        browser(server.origin) as one,
        browser(server.origin) as other,
    ):
        await one.come_in()
        await other.come_in()
        await one.open()
        await until(lambda: server.visits.here)
        async with other.http.get(server.origin) as answer:
            assert answer.status == 503
            assert "All seats are taken" in await answer.text()
            assert 'http-equiv="refresh"' in await answer.text()
        await other.open()
        assert await other.closed() == (Ending.FULL.code, Ending.FULL.says)
        async with one.http.get(server.origin) as answer:  # a reload does not need a second seat
            assert answer.status == 200


async def test_an_app_that_fails_or_hangs_is_told_apart_and_left_by_nobody(tmp_path: Path) -> None:
    async with served(tmp_path, argv=FAILING) as server, browser(server.origin) as one:
        await one.come_in()
        await one.open()
        assert await one.closed() == (Ending.BROKEN.code, Ending.BROKEN.says)
    async with served(tmp_path, argv=SILENT, grace=0.2) as server, browser(server.origin) as one:
        await one.come_in()
        await one.open()
        await until(lambda: server.visits.here and server.visits.here[0].process.greeted)
        (visit,) = server.visits.here
        assert visit.process.pid
        hung = psutil.Process(visit.process.pid)
        await one.away()  # without a goodbye; and this app does not listen to the request to end
        await until(lambda: not server.visits.here)
        assert all_gone([hung])


async def test_nonsense_does_no_harm(tmp_path: Path) -> None:
    async with served(tmp_path) as server, browser(server.origin) as one:
        await one.come_in()
        await one.open()
        await one.sees(HOME)
        assert one.socket
        for nonsense in (
            "",
            "[",
            "[[[[",
            '["stdin"]',
            '["resize", {"width": -1, "height": 1e300}]',
            '["quit"]',
        ):
            await one.socket.send_str(nonsense)
        await one.socket.send_bytes(b"\xff" * 1000)
        await one.type("\x1b[<999999;999999;999999M", "\x1b[" + "9;" * 500, "\ud800", "\x00")
        await one.socket.send_str(json.dumps(["ping", "still here"]))
        await one.sees('["pong", "still here"]')
        await one.socket.send_str(json.dumps(["stdin", "x" * 2**21]))
        await one.closed()
        await until(lambda: not server.visits.here)


async def test_a_file_comes_to_its_own_visitor_alone(tmp_path: Path) -> None:
    async with served(tmp_path) as server, browser(server.origin) as one, browser(server.origin) as other:
        await one.come_in()
        await other.come_in()
        await one.open()
        await one.sees(HOME, "Take the case")
        await one.type(CTRL_P)
        await one.sees("Search for commands")
        await one.type(*"screenshot")
        await one.sees("Save an SVG")
        await one.type(ENTER)
        await one.sees("deliver_file_start")
        key = next(json.loads(told)[1] for told in one.told if "deliver_file_start" in told)
        async with other.http.get(f"{server.origin}/download/{key}") as answer:
            assert answer.status == 404
        async with one.http.get(f"{server.origin}/download/{key}") as answer:
            assert answer.headers["Content-Disposition"].startswith("attachment;")
            assert "sandbox" in answer.headers["Content-Security-Policy"]
            assert (await answer.text()).startswith("<svg")


# ------------------------------------------------------------ the command


def start(*options: str, **more: str) -> tuple[subprocess.Popen[str], str]:
    environment = {**os.environ, **more}
    argv = [sys.executable, "-m", "tutor", "serve", "--port", "0", *options]
    server = subprocess.Popen(
        argv, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    assert server.stdout
    assert server.stdout.readline() == "Open this in a browser:\n"
    return server, server.stdout.readline().strip()


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
async def test_a_server_that_stops_leaves_no_process_and_loses_no_word(
    how: signal.Signals, tmp_path: Path
) -> None:
    draft = "half a sentence about the loss"
    # A cache of its own: where the run is known already, no engine would be started.
    server, link = start(TUTOR_SERVE_TOKEN=TOKEN, TUTOR_CACHE_DIR=str(tmp_path / "cache"))
    async with browser(link.partition("/?")[0]) as one:
        await one.come_in()
        await one.open()
        await one.sees(HOME, "Take the case")
        await one.type(ENTER)
        await until(lambda: engines(server.pid))
        await one.sees("how sure?")
        await one.type(draft)
        await one.sees(draft)
        if how is signal.SIGKILL:
            await asyncio.sleep(0.6)  # what the app may lose when it is killed is less
        left = relatives(server.pid)
        assert set(engines(server.pid)) < set(left)
        server.send_signal(how)
        if how is signal.SIGTERM:
            assert await one.closed() == (Ending.STOPPED.code, Ending.STOPPED.says)
        out, err = await asyncio.to_thread(server.communicate)
        await until(lambda: all_gone(left))
        (found,) = (tmp_path / "data" / "served" / "visitors").glob("*/drafts/*.txt")
        assert found.read_text(encoding="utf-8") == draft
        if how is signal.SIGTERM:
            assert re.search(
                r"1 visit\(s\), at most 1 at once; memory per visitor, at most: median \d+ MB", out
            )
            assert (err, server.returncode) == ("", 0)


def test_what_a_careless_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = CliRunner().invoke
    monkeypatch.setenv(serving.TOKEN, "secret")
    assert "16 to 200" in run(tutor, ["serve"]).output
    monkeypatch.delenv(serving.TOKEN)
    assert "with no path" in run(tutor, ["serve", "--url", "https://x.org/tutor"]).output
    assert "no address of this computer" in run(tutor, ["serve", "--host", "no.such.host.invalid"]).output
    (tmp_path / "file").write_text("")
    assert "cannot be used" in run(tutor, ["serve", "--folder", str(tmp_path / "file" / "x")]).output
    server, link = start("--host", "0.0.0.0", "--visitors", "10000")
    assert re.fullmatch(r"http://\d+\.\d+\.\d+\.\d+:\d+/\?token=[\w-]{43}", link)
    port = link.split(":")[2].split("/")[0]
    assert "cannot be used" in run(tutor, ["serve", "--host", "0.0.0.0", "--port", port]).output
    server.terminate()
    with server:
        assert server.stdout
        assert server.stderr
        assert "That many may take 976.6 GB of memory" in server.stdout.read()
        assert "can be reached from other computers" in server.stderr.read()


def test_without_the_extra_it_says_what_to_install() -> None:
    program = "import sys; sys.modules['aiohttp'] = None; from tutor.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", program, "serve"], capture_output=True, text=True)
    assert done.returncode == 1
    assert "pip install 'consultant-tutor[web]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_no_visit_learns_of_a_key_unless_it_is_meant_to(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    monkeypatch.setenv(serving.TOKEN, TOKEN)
    plan = serving.plan(None, 1, 1, llm=False)
    assert plan.environment["OPENAI_API_KEY"] == plan.environment[serving.TOKEN] == ""  # taken away
    assert plan.argv[-1] == "--offline"
    with pytest.raises(SettingsError, match="set model"):
        serving.plan(None, 1, 1, llm=True)
    monkeypatch.setenv("TUTOR_MODEL", "small")
    shared = serving.plan(None, 1, 1, llm=True)
    assert "OPENAI_API_KEY" not in shared.environment  # stays as it is
    for name, value in shared.environment.items():
        monkeypatch.setenv(name, value)
    assert set(in_environment()) == set(Llm.model_fields)  # so that nothing can be changed in the app
    assert load_llm().url == OPENAI
    assert shared.environment[serving.TOKEN] == ""
