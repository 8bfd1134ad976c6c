"""Draws the picture in docs/serving.md: the served app in a real browser.

    python docs/browser_picture.py

Needs Chromium and its chromedriver (Debian: chromium chromium-driver), and the extras `test` and `web`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops
from selenium.webdriver import Chrome, ChromeOptions, ChromeService
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

TARGET = Path(__file__).parent / "screenshots" / "browser.png"
SIZE = "1280,860"
FLAGS = (
    "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    f"--disable-component-update --disable-sync --hide-scrollbars --window-size={SIZE}"
)
SAID = "The learning rate is far too high."
CALM = 8.0  # seconds without a change on the screen: a run was trained, a reply spoken
PATIENCE = 60.0
CURSOR = 30  # pixels; it blinks


def main() -> None:
    """Serves the app in a folder of its own, takes the first case, and disagrees with the consultant."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        places = {"TUTOR_DATA_DIR": f"{folder}/data", "TUTOR_CACHE_DIR": f"{folder}/cache"}
        server = subprocess.Popen(
            [sys.executable, "-m", "tutor", "serve", "--port", "0"],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, **places},
        )
        try:
            assert server.stdout
            server.stdout.readline()
            photograph(server.stdout.readline().strip(), folder)
        finally:
            server.terminate()
            server.wait()


def photograph(link: str, folder: str) -> None:
    """Opens the link, plays a moment, and keeps what is to be seen."""
    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for flag in (*FLAGS.split(), f"--user-data-dir={folder}/profile"):
        options.add_argument(flag)
    page = Chrome(options=options, service=ChromeService(executable_path=shutil.which("chromedriver")))
    try:
        page.get(link)
        settle(page)
        for keys in (Keys.ENTER, SAID, Keys.ENTER):
            page.switch_to.active_element.send_keys(keys)
            settle(page)
        assert page.find_element(By.TAG_NAME, "footer").is_displayed()
        page.save_screenshot(str(TARGET))
    finally:
        page.quit()


def settle(page: Chrome) -> None:
    """Waits until nothing but the cursor changes any more."""
    seen, since, end = shot(page), time.monotonic(), time.monotonic() + PATIENCE
    while time.monotonic() - since < CALM and time.monotonic() < end:
        time.sleep(0.3)
        now = shot(page)
        left, top, right, bottom = ImageChops.difference(now, seen).getbbox() or (0, 0, 0, 0)
        if right - left > CURSOR or bottom - top > CURSOR:
            seen, since = now, time.monotonic()


def shot(page: Chrome) -> Image.Image:
    with Image.open(BytesIO(page.get_screenshot_as_png())) as picture:
        return picture.convert("RGB")


if __name__ == "__main__":
    main()
