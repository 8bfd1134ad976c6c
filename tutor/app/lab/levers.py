"""The levers on screen: a list to turn them in, what the one in hand means, and a line to write a value."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.events import Key, Resize
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from tutor.app.lab.dials import AS_IT_IS, Dials
from tutor.app.messages import LeversTurned
from tutor.conversation.lab import LabError


class LeverList(OptionList):
    """One line a lever. Enter runs; a click turns."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.run", "Run", id="lab.run"),
        Binding("left", "screen.turn(-1)", show=False),
        Binding("right", "screen.turn(1)", "Change", key_display="‹ ›"),
        Binding("backspace,delete", "screen.as_it_is", "As it is", key_display="⌫", id="lab.reset"),
    ]


class Levers(Vertical):
    """Everything that is set before a run."""

    DEFAULT_CSS = """
    Levers {
        & LeverList {
            height: 1fr;
            border: none;
            padding: 0;
            background: transparent;
            scrollbar-size-vertical: 1;
            & > .option-list--option {
                padding: 0 1;
            }
            &:focus {
                border: none;
                background-tint: transparent;
            }
        }
        & #meaning {
            height: auto;
            max-height: 6;
            color: $text-muted;
            padding: 0 1;
            margin: 1 0 0 0;
        }
        & Input {
            margin: 0 1;
            background: $surface;
            & > .input--placeholder {
                color: $text-muted;
            }
        }
        & #plan {
            margin: 1 0 0 0;
            height: auto;
            max-height: 3;
            padding: 0 1;
        }
    }
    """

    def __init__(self, dials: Dials) -> None:
        super().__init__(id="levers")
        self.dials = dials
        self.list = LeverList(id="lever-list", markup=False)
        self._width = 0

    def compose(self) -> ComposeResult:
        yield self.list
        yield Static("", id="meaning", markup=False)
        yield Input(placeholder="or a value, then Enter", id="value", compact=True)
        yield Static("", id="plan", markup=False)

    def on_mount(self) -> None:
        self.list.add_options([Option(self._line(name), id=name) for name in self.dials.names])
        self.list.styles.max_height = len(self.dials.names)
        self.list.highlighted = 0
        self.list.focus()

    def on_resize(self, event: Resize) -> None:
        if self.list.size.width != self._width:
            self._width = self.list.size.width
            self._redraw()

    @property
    def in_hand(self) -> str | None:
        """The lever the highlight is on."""
        option = self.list.highlighted_option
        return option.id if option else None

    def turn(self, step: int) -> None:
        if self.in_hand:
            self.set(self.dials.turned(self.in_hand, step))

    def reset(self) -> None:
        if self.in_hand:
            self.set(self.dials.reset(self.in_hand))

    def set(self, dials: Dials) -> None:
        """Shows other settings."""
        self.dials = dials
        self._redraw()
        self.post_message(LeversTurned())

    def plan(self, words: Content) -> None:
        """What would be run, and what it costs."""
        self.query_one("#plan", Static).update(words)

    def _redraw(self) -> None:
        for name in self.dials.names:
            self.list.replace_option_prompt(name, self._line(name))

    def _line(self, name: str) -> Content:
        """Label on the left, value on the right; the label gives way."""
        value = self.dials.shown(name)
        touched = value != AS_IT_IS
        room = max(12, (self._width or 40) - 3)
        label = " ".join(self.dials.label(name).split())
        most = room - len(value) - 3
        label = label if len(label) <= most else label[: max(1, most - 1)] + "…"
        return Content.assemble(
            ("▸ " if touched else "  ", "bold $case"),
            (label.ljust(max(0, most) + 1), "bold" if touched else ""),
            (value, "bold $case" if touched else "$text-muted"),
        )

    # ------------------------------------------------------------ events

    @on(OptionList.OptionHighlighted)
    def _moved(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_id:
            full = self.dials.label(event.option_id)
            self.query_one("#meaning", Static).update(Content(f"{full}: {self.dials.told(event.option_id)}"))

    @on(OptionList.OptionSelected)
    def _clicked(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        self.turn(1)

    @on(Input.Submitted)
    def _typed(self, event: Input.Submitted) -> None:
        event.stop()
        text, name = event.value.strip(), self.in_hand
        if text and name:
            try:
                self.set(self.dials.typed(name, text))
            except LabError as error:
                self.app.notify(str(error), severity="warning", markup=False)
                return
        event.input.value = ""
        self.list.focus()

    def on_key(self, event: Key) -> None:
        """A number is written where numbers are written."""
        if self.list.has_focus and event.character and event.character in "0123456789.-":
            event.stop()
            value = self.query_one(Input)
            value.focus()
            value.insert_text_at_cursor(event.character)
        elif event.key == "escape" and not self.list.has_focus:
            event.stop()
            self.query_one(Input).value = ""
            self.list.focus()
