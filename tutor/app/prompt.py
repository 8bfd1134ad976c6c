"""Where the learner writes: grows with the text, remembers what was sent, and is never locked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.widgets import TextArea

from tutor.app.messages import Submitted

NEW_LINE = ("shift+enter", "alt+enter", "ctrl+j")


class Prompt(TextArea):
    """Enter sends; Shift+Enter, Alt+Enter or Ctrl+J begin a line; Up and Down at the edges go through what
    was sent before."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "Send"),
        Binding("ctrl+j", "new_line", "New line", show=False),
        Binding("pageup", "screen.scroll_conversation(-1)", "Scroll up", show=False),
        Binding("pagedown", "screen.scroll_conversation(1)", "Scroll down", show=False),
        # TextArea binds these to selections; the screen has other uses for them.
        Binding("f6", "screen.turn_page(-1)", "Exhibit before", show=False),
        Binding("f7", "screen.turn_page(1)", "Next exhibit", show=False),
    ]

    DEFAULT_CSS = """
    Prompt {
        height: auto;
        min-height: 3;
        max-height: 9;
        border: none;
        border-left: outer $border-blurred;
        background: $surface;
        padding: 1 2 1 1;
        scrollbar-size-vertical: 1;
        scrollbar-background: $surface;
        &:focus {
            border: none;
            border-left: outer $learner;
        }
        & .text-area--placeholder {
            color: $text-muted;
        }
        & .text-area--cursor-line {
            background: transparent;
        }
        &:light .text-area--cursor {
            color: $input-cursor-foreground;
            background: $input-cursor-background;
        }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="prompt", soft_wrap=True, tab_behavior="focus", highlight_cursor_line=False)
        self.enter_sends = True  # or Enter begins a line, and the other keys send
        self._sent: list[str] = []
        self._back = 0  # how far back in what was sent; 0 is the text being written
        self._written = ""

    def remember(self, sent: Sequence[str]) -> None:
        """What Up goes through, oldest first."""
        self._sent = list(sent)
        self._back = 0

    def take_back(self, text: str) -> None:
        """Puts a message that was not stored before whatever has been typed since."""
        self.write(f"{text}\n{self.text}" if self.text.strip() else text)

    def add(self, text: str) -> None:
        """Puts words after what is being written, and a space to go on after."""
        self.write(f"{self.text.rstrip()} {text} " if self.text.strip() else f"{text} ")

    def write(self, text: str) -> None:
        """Replaces the text, the cursor at its end."""
        self.text = text
        self.move_cursor(self.document.end)

    async def _on_key(self, event: events.Key) -> None:
        if event.key == "enter" or event.key in NEW_LINE:
            event.stop()
            event.prevent_default()
            if (event.key == "enter") is self.enter_sends:
                self.action_submit()
            else:
                self.action_new_line()

    def action_submit(self) -> None:
        self.post_message(Submitted(self.text))

    def action_new_line(self) -> None:
        self.insert("\n", maintain_selection_offset=False)

    def action_cursor_up(self, select: bool = False) -> None:
        if not select and self.cursor_location[0] == 0 and self._at_edge(first=True):
            self._recall(1)
        else:
            super().action_cursor_up(select)

    def action_cursor_down(self, select: bool = False) -> None:
        if not select and self._back and self._at_edge(first=False):
            self._recall(-1)
        else:
            super().action_cursor_down(select)

    def _at_edge(self, *, first: bool) -> bool:
        found = self.navigator.is_first_wrapped_line if first else self.navigator.is_last_wrapped_line
        return found(self.cursor_location)

    def _recall(self, step: int) -> None:
        back = self._back + step
        if not 0 <= back <= len(self._sent):
            return
        if self._back == 0:
            self._written = self.text
        self._back = back
        self.write(self._sent[-back] if back else self._written)
