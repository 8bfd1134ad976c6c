"""The web server: pages, the terminal's files, downloads, and the WebSocket that a visit is held on."""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import PurePath
from urllib.parse import quote

from aiohttp import web

from tutor.serving import incoming, pages
from tutor.serving.door import VISITOR, Door, new_visitor
from tutor.serving.pages import Notice
from tutor.serving.visits import HEARTBEAT, Visits

LOG = logging.getLogger("tutor.serving")
REMEMBERED = 400 * 86_400  # seconds; browsers keep no cookie for longer
OPEN_TO_ALL = ("static", "terminal")  # routes to files of the program itself

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # with none at all, a form of ours would come from the origin "null"
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; font-src 'self'; "
    "img-src 'self' data:; connect-src 'self' {socket}; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


@dataclass(frozen=True)
class Refusal(Exception):
    """A request that gets a page of words instead of what it asked for."""

    notice: Notice


class Site:
    """What the routes do."""

    def __init__(self, door: Door, visits: Visits) -> None:
        self.door, self.visits = door, visits

    def application(self) -> web.Application:
        """The site for aiohttp."""
        app = web.Application(middlewares=[self.guard], client_max_size=4096)
        app.add_routes(
            [
                web.get("/", self.first_page),
                web.get("/ws", self.socket),
                web.get("/anew", self.ask_anew),
                web.post("/anew", self.begin_anew),
                web.get("/download/{key}", self.download),
                web.static("/static", pages.STATIC, name="static"),
                web.static("/terminal", pages.TERMINAL, name="terminal"),
            ]
        )
        app.on_response_prepare.append(self.add_headers)
        return app

    # ------------------------------------------------------------ before and after every request

    @web.middleware
    async def guard(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        """Host, token and pass, before anything else; and no traceback to anybody."""
        try:
            if not self.door.knows_host(request.headers.get("Host", "")):
                LOG.warning("refused: the host %.100r is not ours", request.headers.get("Host", ""))
                raise Refusal(pages.WRONG_HOST)
            if not (_is_open_to_all(request) or (request.path == "/" and "token" in request.query)):
                self.check_pass(request)
            return await handler(request)
        except Refusal as refusal:
            return _page(pages.notice(refusal.notice), refusal.notice.status)
        except web.HTTPNotFound:
            return _page(pages.notice(pages.NOT_THERE), 404)
        except (web.HTTPException, ConnectionError):
            raise
        except Exception:
            LOG.exception("while answering %.200s", request.path)
            return _page(pages.notice(pages.BROKEN), 500)

    def check_pass(self, request: web.Request) -> None:
        """Refusal for whoever never had the link."""
        if not self.door.admits(request.cookies.get(self.door.pass_cookie, "")):
            raise Refusal(pages.STRANGER)

    def check_origin(self, request: web.Request) -> None:
        """Refusal for what another page sends."""
        origin = request.headers.get("Origin", "")
        if not self.door.knows_origin(origin, request.headers.get("Host", "")):
            LOG.warning("refused: a page of %.100r asked; if that is yours, start with --url", origin)
            raise Refusal(pages.WRONG_ORIGIN)

    async def add_headers(self, request: web.Request, response: web.StreamResponse) -> None:
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        response.headers.setdefault("Content-Security-Policy", POLICY.format(socket=""))
        if not _is_open_to_all(request):
            response.headers.setdefault("Cache-Control", "no-store")

    # ------------------------------------------------------------ pages

    async def first_page(self, request: web.Request) -> web.StreamResponse:
        """The app; or, for the whole link, the pass and then the app."""
        if "token" in request.query:
            if not self.door.opens_for(request.query["token"]):
                raise Refusal(pages.WRONG_TOKEN)
            page = _page(pages.doorway())
            self._give(page, self.door.pass_cookie, self.door.issued_pass)
            return page
        visitor = self._visitor(request)
        if self.visits.closed:
            raise Refusal(pages.STOPPING)
        if not self.visits.has_room_for(visitor):
            raise Refusal(pages.FULL)
        socket = self._socket_url(request)
        page = _page(pages.terminal(socket, _font_size(request)))
        page.headers["Content-Security-Policy"] = POLICY.format(
            socket=socket
        )  # not every 'self' means ws: too
        self._give(page, self.door.visitor_cookie, visitor or new_visitor())
        return page

    async def ask_anew(self, request: web.Request) -> web.StreamResponse:
        """On a shared computer: somebody else sits down."""
        return _page(pages.anew())

    async def begin_anew(self, request: web.Request) -> web.StreamResponse:
        """This browser is a new visitor from here on."""
        self.check_origin(request)
        page = _page("", 303)
        page.headers["Location"] = "/"
        self._give(page, self.door.visitor_cookie, new_visitor())
        return page

    # ------------------------------------------------------------ the visit

    async def socket(self, request: web.Request) -> web.StreamResponse:
        """Holds a visit. What is not in order is refused before the WebSocket opens."""
        self.check_origin(request)
        visitor = self._visitor(request)
        if visitor is None:
            raise Refusal(pages.NO_VISITOR)
        socket = web.WebSocketResponse(heartbeat=HEARTBEAT, max_msg_size=incoming.MOST_BYTES, timeout=3.0)
        await socket.prepare(request)
        size = incoming.size_of(request.query.get("width", ""), request.query.get("height", ""))
        await self.visits.receive(visitor, socket, *size)
        return socket

    async def download(self, request: web.Request) -> web.StreamResponse:
        """A file that the app of this very visitor hands over: to be saved, never shown in this origin."""
        visitor, key = self._visitor(request), request.match_info["key"]
        visit = next((v for v in self.visits.here if v.visitor == visitor), None)
        if visit is None:
            raise Refusal(pages.NOT_THERE)
        try:
            file = await visit.process.downloads.get_download_metadata(key)
        except KeyError:
            raise Refusal(pages.NOT_THERE) from None
        name = quote(PurePath(file.file_name).name[:150])
        response = web.StreamResponse(
            headers={
                "Content-Type": "application/octet-stream",
                "Content-Disposition": f"attachment; filename*=UTF-8''{name}",
                "Content-Security-Policy": "sandbox; default-src 'none'",
            }
        )
        await response.prepare(request)
        async for chunk in visit.process.downloads.download(key):
            await response.write(chunk)
        await response.write_eof()
        return response

    # ------------------------------------------------------------ small parts

    def _visitor(self, request: web.Request) -> str | None:
        found = request.cookies.get(self.door.visitor_cookie, "")
        return found if VISITOR.fullmatch(found) else None

    def _give(self, page: web.Response, name: str, value: str) -> None:
        page.set_cookie(
            name,
            value,
            max_age=REMEMBERED,
            httponly=True,
            samesite="Strict",
            secure=self.door.secure,
            path="/",
        )

    def _socket_url(self, request: web.Request) -> str:
        here = self.door.url or f"http://{request.headers['Host']}"
        return f"ws{here.removeprefix('http')}/ws"


def _is_open_to_all(request: web.Request) -> bool:
    resource = request.match_info.route.resource
    return resource is not None and resource.name in OPEN_TO_ALL


def _page(text: str, status: int = 200) -> web.Response:
    return web.Response(text=text, content_type="text/html", status=status)


def _font_size(request: web.Request) -> int:
    given = request.query.get("fontsize", "")
    return max(8, min(int(given), 40)) if given.isascii() and given.isdigit() and len(given) < 4 else 16
