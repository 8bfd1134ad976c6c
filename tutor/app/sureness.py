"""How sure the learner is of what they are about to send: one word beside the prompt."""

from __future__ import annotations

from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.widget import Widget

STEPS: tuple[int | None, ...] = (None, 50, 60, 70, 80, 90, 95)


class Sureness(Widget):
    """A click or F8 goes on to the next step; after 95 % it is unsaid again."""

    ALLOW_SELECT = False
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
    }
    """

    percent: reactive[int | None] = reactive(None)

    def watch_percent(self, percent: int | None) -> None:
        self.set_class(percent is not None, "said")

    def step(self) -> None:
        """The next of the steps."""
        later = [s for s in STEPS[1:] if s is not None and s > (self.percent or 0)]
        self.percent = later[0] if later else None

    def take(self) -> float | None:
        """The probability for the message that goes out now; the next one starts unsaid."""
        percent, self.percent = self.percent, None
        return None if percent is None else percent / 100

    def render(self) -> Content:
        return Content("how sure?" if self.percent is None else f"{self.percent} % sure")

    def on_click(self, event: Click) -> None:
        event.stop()
        self.step()
