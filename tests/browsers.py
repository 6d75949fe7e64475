"""The real browser that pages are opened in: Debian's Chromium, driven by Playwright."""

import os
import shutil
from contextlib import contextmanager

import pytest
from playwright.sync_api import sync_playwright

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@contextmanager
def chromium(*flags):
    """One that is running; without any the tests are passed over, unless the host programs were said to be here."""
    if CHROMIUM is None and not os.environ.get("STUDIOLO_HOSTS"):
        pytest.skip("There is no Chromium here: scripts/hosts installs it.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-dev-shm-usage", *flags]
        )
        yield browser
        browser.close()
