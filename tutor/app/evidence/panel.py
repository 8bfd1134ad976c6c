"""The case file: a list of all evidence, open and on request, and the exhibit in hand."""

from __future__ import annotations

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.events import Resize
from textual.widgets import OptionList, ProgressBar, Static
from textual.widgets.option_list import Option

from tutor.app.evidence.draw import is_drawn
from tutor.app.evidence.drawing import Drawing, LiveCurve
from tutor.app.evidence.live import curve
from tutor.app.messages import ExhibitWanted
from tutor.app.notebook import Notebook
from tutor.conversation import Conversation
from tutor.engine.records import Progress, Sweep

OPEN, CLOSED = "●", "○"
HEADING = "Case file"
AROUND = 4  # lines of the sheet beside drawing and sentence: the title, and the space around them


class Index(OptionList):
    """The list of exhibits. Left and Right move the threshold of a sweep."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "screen.take_out", "Take it out"),
        Binding("enter", "screen.widen", "Wider"),
        Binding("enter", "screen.narrow", "Beside the talk"),
        Binding("left", "screen.slide(-1)", "Lower", show=False),
        Binding("right", "screen.slide(1)", "Threshold", key_display="‹ ›"),
    ]


class CaseFile(Vertical):
    """The evidence beside the conversation."""

    DEFAULT_CSS = """
    CaseFile {
        padding: 1 1 0 2;
        & .heading {
            color: $text-muted;
            height: 1;
        }
        & #training {
            height: 1fr;
            padding: 1 1 1 0;
            & #told {
                margin: 0 0 1 0;
            }
            & ProgressBar {
                margin: 0 0 1 0;
                width: 100%;
            }
            & Bar {
                width: 1fr;
            }
            & .bar--bar, & .bar--complete, & .bar--indeterminate {
                color: $primary;
                background: $panel;
            }
        }
        & Index {
            height: auto;
            max-height: 25%;
            border: none;
            padding: 0;
            margin: 1 0 0 0;
            background: transparent;
            scrollbar-size-vertical: 1;
            text-wrap: nowrap;
            text-overflow: ellipsis;
            & > .option-list--option {
                padding: 0 1;
            }
            &:focus {
                border: none;
                background-tint: transparent;
            }
        }
        & #sheet {
            height: 1fr;
            margin: 1 0 0 0;
            scrollbar-size-vertical: 1;
            overflow-x: auto;
            scrollbar-size-horizontal: 1;
        }
        & #sheet-title {
            height: auto;
            margin: 0 1 1 1;
            text-style: bold;
        }
        & Drawing {
            margin: 0 1 0 1;
        }
        & #summary {
            color: $text-muted;
            margin: 1 1 1 1;
        }
    }
    """

    def __init__(self) -> None:
        super().__init__(id="case-file")
        self._talk: Conversation | None = None
        self._told: list[Progress] = []
        self.index = Index(id="index", markup=False)
        self.notebook = Notebook()
        self._listed: dict[str, bool] = {}  # what the index shows, and whether it lies on the table
        self._drawing = Drawing()

    def compose(self) -> ComposeResult:
        yield Static(HEADING, classes="heading", markup=False)
        with Vertical(id="training"):
            yield Static("The evidence is being made …", id="told", markup=False)
            yield ProgressBar(total=None, show_eta=False, show_percentage=False)
            yield LiveCurve()
        yield self.index
        with VerticalScroll(id="sheet", can_focus=True):
            yield Static("", id="sheet-title", markup=False)
            yield self._drawing
            yield Static("", id="summary", markup=False)
        yield self.notebook

    def on_mount(self) -> None:
        self.notebook.display = False
        self.query_one("#sheet").display = False
        self.index.display = False

    # ------------------------------------------------------------ while the run is going

    def trained(self, progress: Progress) -> None:
        """The run got so far."""
        self._told.append(progress)
        whole = [p for p in self._told if p.unit == progress.unit]
        self.query_one("#told", Static).update(
            Content(f"Training, here and now: {progress.unit} {progress.done} of {progress.total}")
        )
        if progress.unit != "step" or len(whole) == len(self._told):
            self.query_one(ProgressBar).update(total=progress.total, progress=progress.done)
        self.query_one(LiveCurve).body = curve(self._told)

    # ------------------------------------------------------------ the evidence

    def fill(self, talk: Conversation) -> None:
        """The run is there: all that is open can be looked at."""
        self._talk = talk
        self.query_one("#training").display = False
        self.query_one("#sheet").display = True
        self.index.display = True
        self._head()
        names = talk.open_exhibits()
        self._list(talk)
        self.notebook.show(talk)
        self.show_exhibit(names[0] if names else next(iter(talk.scenario.exhibits)))

    def _head(self) -> None:
        legend = f"{HEADING}   {OPEN} on the table  {CLOSED} ask for it"
        self.query_one(".heading", Static).update("Notebook" if self.notebook.display else legend)

    def _list(self, talk: Conversation) -> None:
        """Lists what can be had now, the highlight kept."""
        self._listed = {
            n: n in talk.open_exhibits() for n in talk.scenario.exhibits if talk.session.available(n)
        }
        kept = self.in_hand
        self.index.clear_options()
        self.index.add_options([Option(self._line(name), id=name) for name in self._listed])
        if kept in self._listed:
            self.index.highlighted = list(self._listed).index(kept)

    def follow(self, talk: Conversation) -> tuple[str, ...]:
        """The session went on: another stage brings other evidence, an answer a fact. Returns what lies on
        the table only now."""
        self.notebook.show(talk)
        now = _on_hand(talk)
        fresh = tuple(name for name, is_open in now.items() if is_open and not self._listed.get(name))
        if now != self._listed:
            self._list(talk)
        return fresh

    @property
    def notebook_open(self) -> bool:
        """Whether the notebook lies where the exhibits are."""
        return self.notebook.display

    @notebook_open.setter
    def notebook_open(self, value: bool) -> None:
        if self._talk is not None:
            self.notebook.display = value
            self.query_one("#sheet").display = self.index.display = not value
            self._head()

    def _line(self, name: str) -> Content:
        if self._talk is None:
            return Content(name)
        is_open = name in self._talk.open_exhibits()
        title = " ".join(self._talk.scenario.exhibits[name].title.split())
        if is_open:
            return Content.assemble((OPEN, "$case"), f" {title}")
        return Content.styled(f"{CLOSED} {title}", "$text-muted")

    def opened(self, name: str) -> None:
        """An exhibit is on the table now: show it."""
        if self._talk is not None and not self._listed.get(name):
            self._list(self._talk)
        self.show_exhibit(name)

    def show_exhibit(self, name: str) -> None:
        """Puts the highlight, and with it the sheet, on an exhibit."""
        place = self.index.get_option_index(name)
        if self.index.highlighted == place:
            self._lay_out(name)
        self.index.highlighted = place

    def turn_page(self, step: int) -> None:
        """The next open exhibit, or the one before."""
        if self._talk is None:
            return
        names = list(self._talk.open_exhibits())
        here = self.in_hand
        place = names.index(here) + step if here in names else 0
        if names:
            self.show_exhibit(names[place % len(names)])

    @property
    def in_hand(self) -> str | None:
        """The exhibit the highlight is on."""
        option = self.index.highlighted_option
        return option.id if option else None

    def _lay_out(self, name: str) -> None:
        if self._talk is None:
            return
        drawing = self._drawing
        title, summary = self.query_one("#sheet-title", Static), self.query_one("#summary", Static)
        is_open = name in self._talk.open_exhibits()
        exhibit = self._talk.exhibit(name) if is_open else None
        title.update(Content(" ".join(self._talk.scenario.exhibits[name].title.split())))
        if drawing.exhibit is not exhibit:
            drawing.set_reactive(Drawing.at, None)
            drawing.exhibit = exhibit
        if exhibit is None:
            summary.update(
                Content("Not on the table yet. Ask for it in your own words, or press Enter here.")
            )
        else:
            slide = "  ‹ ›, or a click, moves the threshold." if isinstance(exhibit.body, Sweep) else ""
            summary.update(Content(exhibit.summary + slide))
        self.query_one("#sheet").scroll_home(animate=False)
        self.call_after_refresh(self._make_room)
        self.screen.refresh_bindings()

    @property
    def in_hand_is_open(self) -> bool:
        """Whether the exhibit the highlight is on lies on the table."""
        return self._drawing.exhibit is not None

    # ------------------------------------------------------------ chart or table

    @property
    def has_drawing(self) -> bool:
        """Whether what is in hand can be seen as a drawing and as a table."""
        exhibit = self._drawing.exhibit
        return exhibit is not None and is_drawn(exhibit.body)

    @property
    def as_table(self) -> bool:
        return self._drawing.as_table

    @as_table.setter
    def as_table(self, value: bool) -> None:
        self._drawing.as_table = value

    @property
    def slides(self) -> bool:
        """Whether what is in hand has a threshold to move."""
        return self._drawing.slides

    def slide(self, step: int) -> bool:
        return self._drawing.slide(step)

    # ------------------------------------------------------------ events

    @on(OptionList.OptionHighlighted, "#index")
    def _highlighted(self, event: OptionList.OptionHighlighted) -> None:
        event.stop()
        if event.option_id:
            self._lay_out(event.option_id)

    @on(OptionList.OptionSelected, "#index")
    def _selected(self, event: OptionList.OptionSelected) -> None:
        event.stop()
        if event.option_id:
            self.post_message(ExhibitWanted(event.option_id))

    def on_resize(self, event: Resize) -> None:
        self.call_after_refresh(self._make_room)

    def _make_room(self) -> None:
        sheet = self.query_one("#sheet")
        summary = self.query_one("#summary")
        above = AROUND if self.query_one("#sheet-title").display else AROUND // 2
        room = sheet.size.height - above - summary.size.height
        self._drawing.room = max(10, room)


def _on_hand(talk: Conversation) -> dict[str, bool]:
    """What can be had now, and whether it lies on the table."""
    opened = talk.open_exhibits()
    return {name: name in opened for name in talk.scenario.exhibits if talk.session.available(name)}
