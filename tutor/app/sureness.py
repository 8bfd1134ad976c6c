"""How sure the learner is of what they are about to send: one word beside the prompt."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click, Focus, Key
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

STEPS: tuple[int | None, ...] = (None, 50, 60, 70, 80, 90, 95)


class Sureness(Widget):
    """A click goes on to the next step; after 95 % it is unsaid again. With the focus here, digits are the
    percentage, the arrows go through the steps, and Enter and Escape lead back to the message."""

    class Left(Message):
        """The learner is done here."""

    ALLOW_SELECT = False
    FOCUS_ON_CLICK = False  # a click says it in passing; the words go on where they were
    can_focus = True
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "leave(True)", "Done"),
        Binding("escape", "leave(False)", "As before"),
        Binding("percent_sign", "percent", "Percent", key_display="0-9"),
        Binding("backspace", "rub_out", show=False),
        Binding("up", "step(1)", "Surer", key_display="↑"),
        Binding("down", "step(-1)", show=False),
    ]
    DEFAULT_CSS = """
    Sureness {
        width: 12;
        height: 100%;
        background: $surface;
        color: $text-muted;
        padding: 1 1 0 0;
        text-align: right;
        pointer: pointer;
        &.said {
            color: $case;
            text-style: bold;
        }
        &:focus {
            width: 17;
            color: $block-cursor-foreground;
            background: $block-cursor-background;
            text-style: $block-cursor-text-style;
        }
    }
    """

    percent: reactive[int | None] = reactive(None)

    def __init__(self) -> None:
        super().__init__()
        self._before: int | None = None  # what was said when the focus came
        self._typing = False  # whether the next digit goes on with the number

    def watch_percent(self, percent: int | None) -> None:
        self.set_class(percent is not None, "said")

    def step(self, by: int = 1) -> None:
        """The next of the steps, or the one before."""
        here = self.percent or 0
        steps = [s for s in STEPS if s is not None and (s > here if by > 0 else s < here)]
        self.percent = (steps[0] if by > 0 else steps[-1]) if steps else None
        self._typing = False

    def take(self) -> float | None:
        """The probability for the message that goes out now; the next one starts unsaid."""
        percent, self.percent = self.percent, None
        return None if percent is None else percent / 100

    def render(self) -> Content:
        if self.has_focus:
            return Content(f"how sure? {'–' if self.percent is None else self.percent:>3} %")
        return Content("how sure?" if self.percent is None else f"{self.percent} % sure")

    # ------------------------------------------------------------ mouse and keys

    def on_click(self, event: Click) -> None:
        event.stop()
        self.step()

    def on_focus(self, event: Focus) -> None:
        self._before, self._typing = self.percent, False

    def action_step(self, by: int) -> None:
        self.step(by)

    def on_key(self, event: Key) -> None:
        """Digits stay here; what else is printable goes into the message."""
        if event.character is not None and event.character in "0123456789":
            event.stop()
            self.type(int(event.character))
        elif event.character == "%":
            event.stop()

    def action_percent(self) -> None:
        """What the key bar names: it is the digits that say it."""

    def type(self, digit: int) -> None:
        """Goes on with the number, or begins one where it would become more than 100."""
        longer = 10 * (self.percent or 0) + digit if self._typing else digit
        self.percent = longer if longer <= 100 else digit
        self._typing = True

    def action_rub_out(self) -> None:
        self.percent = (self.percent or 0) // 10 or None
        self._typing = self.percent is not None

    def action_leave(self, keep: bool) -> None:
        if not keep:
            self.percent = self._before
        self.post_message(self.Left())
