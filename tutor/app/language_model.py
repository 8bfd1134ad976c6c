"""The screen where a language model is set up: which server, which model, what it may use; tried at once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Button, Input, OptionList, Select, Static

from tutor import settings
from tutor.app.keybar import KeyBar
from tutor.app.messages import Examined, ModelsListed, SetUp, Trouble
from tutor.app.work import attempt
from tutor.conversation.desk import Online
from tutor.conversation.spending import in_words
from tutor.dialogue.model import Usage
from tutor.settings import OPENAI, Llm, SettingsError

if TYPE_CHECKING:
    from tutor.app.app import TutorApp

MOST_LISTED = 200
CONSULTANTS = {
    "auto": "a language model, once there is a server or a key",
    "offline": "always offline",
    "llm": "a language model",
}


@dataclass(frozen=True)
class Field:
    """A setting that is typed."""

    name: str
    label: str
    placeholder: str
    kind: str = "text"


FIELDS = (
    Field("base_url", "Server", f"empty: {OPENAI}"),
    Field("model", "Model", "empty: chosen from the server's list"),
    Field("session_tokens", "Tokens a session", "0: no limit", "integer"),
    Field("price_in", "Price, sent", "of a million tokens; 0: unknown", "number"),
    Field("price_out", "Price, received", "of a million tokens; 0: unknown", "number"),
)


class ModelScreen(ModalScreen[bool]):
    """Shows and changes how a language model is reached. Dismissed with whether anything was changed."""

    app: TutorApp

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Stop"),
        Binding("escape", "close", "Close"),
        Binding("ctrl+s", "save", "Save", key_display="^s"),
        Binding("ctrl+t", "test", "Test", key_display="^t"),
        Binding("ctrl+o", "models", "Models", key_display="^o"),
    ]
    DEFAULT_CSS = """
    ModelScreen {
        align: center middle;
        background: $background 70%;
        & > Vertical {
            width: 84;
            max-width: 100%;
            height: auto;
            max-height: 100%;
            background: $surface;
            border-left: outer $case;
            padding: 1 2 0 2;
        }
        & .heading { color: $case; text-style: bold; height: auto; margin: 0 0 1 0; }
        & VerticalScroll { height: auto; max-height: 1fr; scrollbar-size-vertical: 1; }
        & .row { height: auto; }
        & .row > .label { width: 18; color: $text-muted; }
        & .row > Input { width: 1fr; }
        & Select { width: 1fr; }
        & .told { color: $text-muted; margin: 0 0 0 18; height: auto; }
        & OptionList { height: auto; max-height: 6; margin: 0 0 0 18; border: none; padding: 0; }
        & #result { height: auto; margin: 1 0 0 0; }
        & #result.-wrong { color: $text-warning; }
        & #buttons { height: auto; margin: 1 0 1 0; }
        & Button { margin: 0 2 0 0; }
    }
    """

    def __init__(self, online: Online, in_use: str, spent: Usage | None) -> None:
        """`in_use` and `spent` are those of the session behind this screen, if there is one."""
        super().__init__()
        self._online = online
        self._in_use = in_use
        self._spent = spent
        self._given: Mapping[str, tuple[str, str]] = settings.in_environment()
        self._names: tuple[str, ...] = ()
        self._busy = False

    # ------------------------------------------------------------ what is shown

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content("The consultant"), classes="heading", markup=False)
            with VerticalScroll(can_focus=False):
                yield Static(Content(self._state()), classes="told", markup=False)
                yield from self._choice()
                for field in FIELDS[:1]:
                    yield from self._row(field)
                yield from self._key()
                for field in FIELDS[1:2]:
                    yield from self._row(field)
                yield OptionList(id="models", markup=False)
                for field in FIELDS[2:]:
                    yield from self._row(field)
            yield Static("", id="result", markup=False)
            with Horizontal(id="buttons"):
                yield Button("Save", id="save", compact=True)
                yield Button("Test: one tiny call", id="test", compact=True)
                yield Button("Models of the server", id="list", compact=True)
                yield Button("Close", id="close", compact=True)
        yield KeyBar()

    def _state(self) -> str:
        state = f"Now: {self._in_use}." if self._in_use else "Everything works offline; a model is optional."
        used = in_words(self._spent, self._online.settings) if self._spent is not None else ""
        return f"{state} This session: {used}." if used else state

    def _choice(self) -> ComposeResult:
        now = self._online.settings.consultant
        with Horizontal(classes="row"):
            yield Static("Who answers", classes="label", markup=False)
            options = [(says, name) for name, says in CONSULTANTS.items()]
            given = "consultant" in self._given
            yield Select(options, value=now, allow_blank=False, id="consultant", compact=True, disabled=given)
        yield from self._won_over("consultant")

    def _row(self, field: Field) -> ComposeResult:
        value = getattr(self._online.settings, field.name)
        shown = value if isinstance(value, str) else f"{value:.12g}"
        with Horizontal(classes="row"):
            yield Static(field.label, classes="label", markup=False)
            yield Input(
                shown,
                placeholder=field.placeholder,
                id=field.name,
                compact=True,
                max_length=500,
                disabled=field.name in self._given,
                select_on_focus=False,
            )
        yield from self._won_over(field.name)

    def _key(self) -> ComposeResult:
        variable = settings.key_variable()
        found = f"found in {variable}" if variable else "kept in memory only"
        with Horizontal(classes="row"):
            yield Static("Key", classes="label", markup=False)
            yield Input(id="key", password=True, placeholder=found, compact=True, max_length=500)
        if not variable:
            words = "A server of your own may need none. For good: export OPENAI_API_KEY=..."
            yield Static(Content(words), classes="told", markup=False)

    def _won_over(self, name: str) -> ComposeResult:
        if name in self._given:
            yield Static(Content(f"set by {self._given[name][0]}"), classes="told", markup=False)

    def on_mount(self) -> None:
        self.query_one("#models").display = False
        self.query_one("#base_url" if "base_url" not in self._given else "#key").focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action == "cancel":
            return self._busy
        return action not in {"close", "test", "models", "save"} or not self._busy

    def _say(self, words: str, *, wrong: bool = False) -> None:
        result = self.query_one("#result", Static)
        result.update(Content(f"✗ {words}" if wrong else words))
        result.set_class(wrong, "-wrong")

    # ------------------------------------------------------------ what was typed

    def _typed(self) -> dict[str, str]:
        """Settings as they stand in the form, without those that the environment sets."""
        values = {"consultant": str(self.query_one("#consultant", Select).value)}
        values |= {f.name: self.query_one(f"#{f.name}", Input).value.strip() for f in FIELDS}
        return {name: value for name, value in values.items() if name not in self._given}

    def _settings(self) -> Llm:
        """The settings in use with what was typed. SettingsError."""
        typed = {name: value for name, value in self._typed().items() if value or name in _MAY_BE_EMPTY}
        for name, value in typed.items():
            settings.check({name: value})
        kept = {n: v for n, v in self._online.settings.model_dump().items() if n not in self._typed()}
        return Llm.model_validate(kept | typed)

    @property
    def _typed_key(self) -> str:
        return self.query_one("#key", Input).value.strip()

    # ------------------------------------------------------------ trying

    def action_test(self) -> None:
        self._work("Asking for one small JSON object …", self._examine)

    def action_models(self) -> None:
        self._work("Asking for the list …", self._list)

    def _work(self, words: str, work: Callable[[Llm, str], Coroutine[Any, Any, None]]) -> None:
        try:
            llm = self._settings()
        except SettingsError as error:
            self._say(str(error), wrong=True)
            return
        self._busy = True
        self._say(words)
        attempt(self, work(llm, self._typed_key), "asking the server", self.app.journal, group="model")
        self.refresh_bindings()

    async def _examine(self, llm: Llm, key: str) -> None:
        found, mend = await self._online.examine(llm, key)
        self.post_message(Examined(f"{found}. {mend}" if mend else f"✓ It works: {found}.", not mend))

    async def _list(self, llm: Llm, key: str) -> None:
        self.post_message(ModelsListed(await self._online.models(llm, key)))

    @on(Examined)
    def _examined(self, event: Examined) -> None:
        event.stop()
        self._idle()
        self._say(event.words, wrong=not event.fine)

    @on(ModelsListed)
    def _listed(self, event: ModelsListed) -> None:
        event.stop()
        self._idle()
        self._names = event.names
        self._show_models()
        if event.names:
            self._say("Choose one, or write into Model to narrow the list.")
            self.query_one("#models").focus()
        else:
            self._say("The server has no model: load one there.", wrong=True)

    @on(Trouble)
    def _trouble(self, event: Trouble) -> None:
        event.stop()
        self._idle()
        self._say(event.message, wrong=True)

    def _idle(self) -> None:
        self._busy = False
        self.refresh_bindings()

    def _show_models(self) -> None:
        written = self.query_one("#model", Input).value.strip()
        near = [n for n in self._names if written.casefold() in n.casefold()] or list(self._names)
        models = self.query_one("#models", OptionList)
        models.clear_options()
        models.add_options([Content(name) for name in near[:MOST_LISTED]])
        models.display = bool(near)

    @on(Input.Changed, "#model")
    def _narrow(self, event: Input.Changed) -> None:
        event.stop()
        if self._names:
            self._show_models()

    @on(OptionList.OptionSelected, "#models")
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.query_one("#model", Input).value = str(event.option.prompt)
        event.option_list.display = False
        self._names = ()
        self.query_one("#model").focus()

    # ------------------------------------------------------------ keeping

    def action_save(self) -> None:
        self._work("Saving …", self._save)

    async def _save(self, llm: Llm, key: str) -> None:
        await asyncio.to_thread(_write, self._typed(), llm)
        loaded = await asyncio.to_thread(settings.load)
        ready = loaded.online or (bool(key) and llm.consultant != "offline")
        await self._online.use(loaded.llm, ready=ready, key=key)
        self.post_message(SetUp())

    @on(SetUp)
    def _kept(self, event: SetUp) -> None:
        event.stop()
        self.dismiss(True)

    @on(Input.Submitted)
    def _submitted(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()

    @on(Button.Pressed)
    def _pressed(self, event: Button.Pressed) -> None:
        event.stop()
        does = {"save": self.action_save, "test": self.action_test, "list": self.action_models}
        if not self._busy:
            does.get(event.button.id or "", self.action_close)()

    def action_cancel(self) -> None:
        self.workers.cancel_group(self, "model")
        self._idle()
        self._say("Stopped.")

    def action_close(self) -> None:
        self.dismiss(False)


_MAY_BE_EMPTY = frozenset({"base_url", "model"})


def _write(typed: Mapping[str, str], llm: Llm) -> None:
    """Writes what differs from the defaults, and takes out what does not. SettingsError."""
    path = settings.config_path()
    for name in typed:
        value = getattr(llm, name)
        default = Llm.model_fields[name].default
        settings.write(path, name, None if value == default else str(value))
