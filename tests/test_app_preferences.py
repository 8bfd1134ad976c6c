"""What people expect to be able to set, and terminals that have less than ours."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.segment import Segment
from textual.color import Color
from textual.widgets import OptionList

from tests.app_kit import LARGE, SMALL, Room, at_home, say, seated, seen, until
from tutor.app.app import TutorApp
from tutor.app.evidence.braille import BLANK
from tutor.app.lab.screen import LabScreen
from tutor.app.plainly import Plainly, ascii_for
from tutor.app.preferences import load, speaks_unicode
from tutor.app.preferring import PreferencesScreen
from tutor.app.prompt import Prompt


@pytest.fixture
def room(tmp_path: Path) -> Room:
    return Room(tmp_path)


def prefer(room: Room, toml: str) -> None:
    room.folder.mkdir(exist_ok=True)
    (room.folder / "app.toml").write_text(toml)


def test_a_mistake_costs_only_itself(tmp_path: Path) -> None:
    (tmp_path / "app.toml").write_text(
        'enter_sends = "no"\nglyphs = "ascii"\nspeed = 3\n[keys]\n"case.lab" = "f12"\n'
    )
    found = load(tmp_path)
    assert (found.glyphs, found.enter_sends, dict(found.keys)) == ("ascii", True, {"case.lab": "f12"})
    assert len(found.problems) == 2
    assert "enter_sends: 'no' is not allowed" in found.problems[0]
    assert "speed: there is no such setting" in found.problems[1]
    (tmp_path / "app.toml").write_text("= nonsense")
    assert "app.toml" in load(tmp_path).problems[0]
    (tmp_path / "app.toml").write_bytes(b"\xff\xfe")
    assert load(tmp_path).problems


@pytest.mark.parametrize(
    ("environment", "encoding", "expected"),
    [
        ({}, "utf-8", True),
        ({"LANG": "de_DE.UTF-8"}, "utf-8", True),
        ({"LANG": "de_DE.ISO-8859-1"}, "utf-8", False),
        ({"LC_ALL": "de_DE.ISO-8859-15@euro", "LANG": "de_DE.UTF-8"}, "utf-8", False),
        ({"LANG": "C"}, "ascii", False),
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "utf-8", False),
        ({"LC_CTYPE": "C.UTF-8"}, "utf-8", True),
        ({"TERM": "linux", "LANG": "en_US.UTF-8"}, "utf-8", False),
    ],
)
def test_which_terminals_have_our_glyphs(environment: dict[str, str], encoding: str, expected: bool) -> None:
    assert speaks_unicode(environment, encoding) is expected


async def test_the_theme_is_remembered(room: Room) -> None:
    async with room.app().run_test(size=SMALL) as pilot:
        await at_home(pilot)
        themes = []
        for _ in range(3):
            await pilot.press("t")
            themes.append(pilot.app.theme)
        assert themes == ["paper", "terminal", "lamplight"]
        await pilot.press("t")
        await until(pilot, lambda: load(room.folder).theme == "paper")
    async with room.app().run_test(size=SMALL) as pilot:
        assert pilot.app.theme == "paper"
    prefer(room, 'theme = "nord"')
    async with room.app().run_test(size=SMALL) as pilot:
        assert pilot.app.theme == "nord"
    prefer(room, 'theme = "no such theme"')
    async with room.app().run_test(size=SMALL) as pilot:
        assert pilot.app.theme == "lamplight"


async def test_keys_can_be_bound_anew(room: Room) -> None:
    prefer(room, '[keys]\n"case.lab" = "f12"\n')
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        assert "F12 Lab" in seen(pilot)
        await pilot.press("f1")
        await until(pilot, lambda: "/lab or F12" in " ".join(seen(pilot).split()))
        await pilot.press("escape", "f9")
        assert pilot.app.screen is screen
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(pilot.app.screen, LabScreen))


async def test_preferences_are_changed_on_screen_and_kept(room: Room) -> None:
    prefer(room, "reduced_motion = true\n")
    async with room.app().run_test(size=SMALL, notifications=True) as pilot:
        await at_home(pilot)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(pilot.app.screen, PreferencesScreen))
        await pilot.press("down", "enter")
        assert "begins a line; Ctrl+J sends" in seen(pilot)
        await pilot.press("down", "enter")
        await until(pilot, lambda: "yours alone to change" in seen(pilot))
        settings = pilot.app.screen.query_one(OptionList)
        settings.highlighted = settings.get_option_index("keys.case.lab")
        await pilot.press("enter", "f4")
        await until(pilot, lambda: "f4 already does “Hint”" in seen(pilot))
        await pilot.press("enter", "x")
        await until(pilot, lambda: "A letter is for writing" in seen(pilot))
        await pilot.press("enter", "f12")
        await until(pilot, lambda: load(room.folder).keys == {"case.lab": "f12"})
    kept = load(room.folder)
    assert (kept.enter_sends, kept.reduced_motion, kept.fixed) == (False, True, {"reduced_motion"})
    async with room.app().run_test(size=LARGE) as pilot:
        screen = await seated(pilot)
        assert not screen.query_one(Prompt).enter_sends
        await pilot.press("f12")
        await until(pilot, lambda: isinstance(pilot.app.screen, LabScreen))


async def test_quick_choices_are_kept_in_their_order(room: Room) -> None:
    async with room.app().run_test(size=SMALL, notifications=True) as pilot:
        await at_home(pilot)
        app = pilot.app
        assert isinstance(app, TutorApp)
        for i in range(60):
            app.prefer("glyphs", ("unicode", "ascii", "auto")[i % 3])
            app.prefer("enter_sends", i % 2 == 0)
        await until(pilot, lambda: not app.workers)
        assert "Something unexpected" not in seen(pilot)
        assert (load(room.folder).glyphs, load(room.folder).enter_sends) == ("auto", False)


async def test_enter_may_begin_a_line_instead(room: Room) -> None:
    prefer(room, "enter_sends = false\nreduced_motion = true\n")
    async with room.app().run_test(size=SMALL) as pilot:
        screen = await seated(pilot)
        prompt = screen.query_one(Prompt)
        await pilot.press("a", "enter", "b")
        assert prompt.text == "a\nb"
        await pilot.press("ctrl+j")
        await until(pilot, lambda: screen.talk and screen.talk.session.turns and not screen.playing)
        assert pilot.app.animation_level == "none"
        assert not prompt.cursor_blink


@pytest.mark.parametrize(("term", "theme"), [("xterm", "terminal"), ("xterm-256color", "lamplight")])
def test_sixteen_colours_are_the_terminals_own(
    room: Room, monkeypatch: pytest.MonkeyPatch, term: str, theme: str
) -> None:
    monkeypatch.setenv("TERM", term)
    monkeypatch.delenv("COLORTERM", raising=False)
    assert room.app().theme == theme


@pytest.mark.parametrize("size", [SMALL, LARGE])
async def test_every_screen_in_ascii(room: Room, size: tuple[int, int]) -> None:
    prefer(room, 'glyphs = "ascii"')
    async with room.app().run_test(size=size) as pilot:
        await at_home(pilot)

        def plain() -> str:
            app = pilot.app
            segments = [s for strip in app.screen._compositor.render_strips(app.size) for s in strip]
            drawn = segments
            for gate in app.get_line_filters()[:2]:
                drawn = gate.apply(drawn, Color(0, 0, 0))
            text = "".join(s.text for s in drawn)
            assert text.isascii(), {c for c in text if not c.isascii()}
            drawn_before = "".join(s.text for s in segments)
            assert text.count("?") == drawn_before.count("?"), "every glyph has a likeness"
            return text

        plain()
        await seated(pilot)
        plain()
        await pilot.press("f2")
        plain()
        await pilot.press("escape")
        await say(pilot, "saw_flat")
        assert "! Challenge" in plain()
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(pilot.app.screen, LabScreen))
        plain()


@given(st.text(max_size=40))
def test_plain_drawing_keeps_every_cell(text: str) -> None:
    text = "".join(c for c in text if c.isprintable())
    (drawn,) = Plainly().apply([Segment(text)], Color(0, 0, 0))
    assert drawn.text.isascii()
    assert len(drawn.text) >= cell_len(text)


def test_braille_keeps_its_height() -> None:
    assert [ascii_for(chr(BLANK + bits)) for bits in (0, 0b1, 0b11000000, 0b01000001)] == [" ", "'", ".", ":"]


async def test_without_colour_nothing_is_lost(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    async with room.app().run_test(size=LARGE) as pilot:
        await seated(pilot)
        await say(pilot, "saw_flat")
        app = pilot.app
        segments = [s for strip in app.screen._compositor.render_strips(app.size) for s in strip]
        for gate in app.get_line_filters():
            segments = gate.apply(segments, Color(0, 0, 0))
        colours = {
            s.style.color.triplet for s in segments if s.style and s.style.color and s.style.color.triplet
        }
        assert colours
        assert all(max(c) - min(c) <= 1 for c in colours), "greys only"
        assert "▲ Challenge" in seen(pilot)


async def test_the_terminals_own_sixteen_colours(room: Room) -> None:
    prefer(room, 'theme = "terminal"')
    async with room.app().run_test(size=LARGE) as pilot:
        await seated(pilot)
        await say(pilot, "saw_flat")
        app = pilot.app
        segments = [s for strip in app.screen._compositor.render_strips(app.size) for s in strip]
        for gate in app.get_line_filters():
            segments = gate.apply(segments, Color(0, 0, 0))
        found = {c.number for s in segments if s.style for c in (s.style.color, s.style.bgcolor) if c}
        mixed = [
            s.text for s in segments if s.style and s.style.color and s.style.color.triplet and s.text.strip()
        ]
        assert not mixed, "no colour but the terminal's own"
        assert found <= {None, *range(16)}
