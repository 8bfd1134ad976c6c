"""The keys of the case screen. A key may be there twice: what it does now is decided by the screen."""

from __future__ import annotations

from textual.binding import Binding, BindingType

KEYS: list[BindingType] = [
    Binding("escape", "stop", "Stop"),
    Binding("escape", "cancel", "Cancel"),
    Binding("f1", "help", "Help", id="help"),
    Binding("f2", "case_file", "Case file", id="case.file"),
    Binding("f2", "conversation", "Conversation", id="case.file"),
    Binding("escape", "conversation", show=False),
    Binding("f3", "table", "Table", id="case.table"),
    Binding("f3", "chart", "Chart", id="case.table"),
    Binding("f4", "hint", "Hint", id="case.hint"),
    Binding("f9", "lab", "Lab", id="case.lab"),
    Binding("ctrl+l", "leave", "Leave", id="case.leave"),
    Binding("ctrl+n", "notes", "Notes", id="case.notes", key_display="^n"),
    Binding("ctrl+g", "card", "Cards", show=False, id="case.cards"),
    Binding("f5", "brief", "Brief", show=False, id="case.brief"),
    Binding("f6", "turn_page(-1)", "Exhibit before", show=False, id="case.page_back"),
    Binding("f7", "turn_page(1)", "Next exhibit", show=False, id="case.page_on"),
    Binding("f8", "sure", "How sure", show=False, id="case.sure"),
    Binding("ctrl+t", "flag", "Unfair?", show=False, id="case.unfair"),
    Binding("ctrl+o", "switch", "Offline/model", show=False, id="case.consultant"),
    Binding("ctrl+r", "retry", "Retry", id="case.retry"),
]
