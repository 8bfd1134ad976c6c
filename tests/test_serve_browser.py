"""The served app in a real Chromium: opened, typed into, looked at."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.action_chains import ActionChains
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests.serve_kit import TOKEN
from tests.test_serve import start

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
DRIVER = shutil.which("chromedriver")
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync --window-size=1280,900"
)
PATIENCE = 60.0

pytestmark = pytest.mark.skipif(
    not (CHROMIUM and DRIVER),
    reason="no Chromium with its chromedriver here (Debian: chromium chromium-driver)",
)


@pytest.fixture
def link(shared_cache: Path) -> Iterator[str]:
    server, link = start(TUTOR_SERVE_TOKEN=TOKEN, TUTOR_CACHE_DIR=str(shared_cache))
    yield link
    server.terminate()
    try:
        _, errors = server.communicate(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        raise
    assert errors == ""


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Chrome]:
    options = ChromeOptions()
    options.binary_location = str(CHROMIUM)
    for flag in (*FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}"):
        options.add_argument(flag)
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    chrome = Chrome(options=options, service=ChromeService(executable_path=DRIVER))
    yield chrome
    chrome.quit()


def until(true: Callable[[], object]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.1)


def has(page: Chrome, state: str) -> bool:
    return bool(page.execute_script("return document.body.classList.contains(arguments[0])", state))


def painted(page: Chrome) -> str:
    """The text that the terminal shows, taken as a person would: select everything with Shift, and copy."""
    screen = page.find_element(By.CSS_SELECTOR, ".xterm-screen")
    width, height = screen.size["width"], screen.size["height"]
    mouse = ActionChains(page, duration=0).key_down(Keys.SHIFT)
    mouse.move_to_element_with_offset(screen, -width // 2 + 2, -height // 2 + 2).click_and_hold()
    mouse.move_by_offset(width - 6, height - 6).release().key_up(Keys.SHIFT).perform()
    return str(page.execute_script(COPY))


COPY = """
const copied = new DataTransfer();
const event = new ClipboardEvent("copy", {clipboardData: copied, bubbles: true, cancelable: true});
document.querySelector(".xterm textarea").dispatchEvent(event);
return copied.getData("text/plain");
"""


def colours(page: Chrome) -> set[tuple[int, ...]]:
    with Image.open(BytesIO(page.get_screenshot_as_png())) as picture:
        found = picture.convert("RGB").getcolors(2**24)
    return {colour for count, colour in found or [] if count > 50 and isinstance(colour, tuple)}


def press(page: Chrome, *keys: str) -> None:
    for key in keys:
        ActionChains(page).send_keys(key).perform()


def test_the_app_in_a_browser(link: str, page: Chrome) -> None:
    origin = link.partition("/?")[0]
    page.get(origin)
    assert "whole link" in page.page_source
    page.get(link)
    until(lambda: page.find_elements(By.TAG_NAME, "footer"))
    assert page.current_url == f"{origin}/"  # the token has left the address bar
    assert page.title.startswith("tutor")
    assert page.execute_script("return document.cookie") == ""  # no script sees them
    assert "leaves" in page.find_element(By.TAG_NAME, "footer").text
    lamplight = {(0x14, 0x17, 0x1A), (0xDC, 0xB6, 0x7A)}  # background and accent
    until(lambda: lamplight <= colours(page))
    until(lambda: "The fraud model" in painted(page))
    assert page.execute_script("return document.fonts.check(\"16px 'Roboto Mono'\")")

    press(page, Keys.ENTER)
    until(lambda: "how sure?" in painted(page))  # the evidence is being made; one can write already
    press(page, "It learns too fast é")
    until(lambda: "It learns too fast é" in painted(page))
    page.set_window_size(1000, 700)
    until(lambda: "It learns too fast é" in painted(page))
    page.refresh()  # nothing is lost by that
    until(lambda: "The fraud model" in painted(page))
    press(page, Keys.ENTER)
    until(lambda: "It learns too fast é" in painted(page))

    ActionChains(page).key_down(Keys.CONTROL).send_keys("q").key_up(Keys.CONTROL).perform()
    until(lambda: "-closed" in page.find_element(By.TAG_NAME, "body").get_attribute("class"))
    assert "You left" in page.find_element(By.ID, "why").text
    assert page.switch_to.active_element.text == "Open it again"

    def visitor() -> str:
        cookies = page.execute_cdp_cmd("Network.getCookies", {"urls": [origin]})["cookies"]
        return str(next(c["value"] for c in cookies if c["name"].startswith("tutor_visitor")))

    before = visitor()
    page.get(f"{origin}/anew")
    page.find_element(By.CSS_SELECTOR, "form button").click()
    until(lambda: page.current_url == f"{origin}/" and visitor() != before)

    events = [json.loads(entry["message"])["message"] for entry in page.get_log("performance")]
    asked = [e["params"]["request"]["url"] for e in events if e["method"] == "Network.requestWillBeSent"]
    assert [url for url in asked if not url.startswith((origin, "data:", "chrome:"))] == []
    errors = [entry["message"] for entry in page.get_log("browser") if entry["level"] == "SEVERE"]
    assert [error for error in errors if "403" not in error] == []
