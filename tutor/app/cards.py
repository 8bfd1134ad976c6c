"""The concept cards: a list to choose from, and the page that opens over it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from tutor.app.keybar import KeyBar
from tutor.app.sheets import SHEET, Sheet
from tutor.scenario.cards import Card

HEADING = "Concept cards"


def page(card: Card) -> Sheet:
    """One card to read."""
    return Sheet(card.title, card.text)


class CardIndex(ModalScreen[None]):
    """Cards by title. A card that is put away leads back to the list, at the same place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "close", "Close"),
        Binding("enter", "read", "Read", show=True),
    ]
    DEFAULT_CSS = (
        SHEET.format(name="CardIndex")
        + """
    CardIndex OptionList {
        height: auto;
        border: none;
        padding: 0;
        background: transparent;
        scrollbar-size-vertical: 1;
        &:focus {
            border: none;
            background-tint: transparent;
        }
    }
    """
    )

    def __init__(self, cards: Sequence[Card], heading: str = HEADING) -> None:
        super().__init__()
        self._cards = {card.name: card for card in cards}
        self._heading = heading

    def compose(self) -> ComposeResult:
        with Vertical():
            yield Static(Content(self._heading), classes="heading", markup=False)
            yield OptionList(*(Option(Content(c.title), id=c.name) for c in self._cards.values()))
        yield KeyBar()

    @on(OptionList.OptionSelected)
    def _chosen(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id:
            self.app.push_screen(page(self._cards[event.option_id]))

    def action_read(self) -> None:
        self.query_one(OptionList).action_select()

    def action_close(self) -> None:
        self.dismiss(None)
