"""A real Chromium for the tests of pages: the system's own, skipped with a clear line if there is none."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

_NAMES = ("chromium", "chromium-browser", "google-chrome")
_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

NewPage = Callable[[int], Page]
"""Opens an empty page of a width in pixels."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a Chromium driven by Playwright."""
    path = next(filter(None, map(shutil.which, _NAMES)), None)
    if path is None:
        if os.environ.get("YANGGUANG_CI_NEEDS_BROWSER"):
            pytest.fail("no Chromium, though .ci/run installed one")
        pytest.skip("no Chromium: apt-get install chromium fonts-noto-cjk")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=path, args=_OPTIONS)
        yield opened
        opened.close()


def with_camera(browser: Browser, film: Path) -> Browser:
    """Open another browser of the same kind, whose camera plays a film and is never asked for; the caller closes it."""
    path = next(filter(None, map(shutil.which, _NAMES)))
    options = [
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={film}",
    ]
    return browser.browser_type.launch(executable_path=path, args=[*_OPTIONS, *options])


@pytest.fixture
def new_page(browser: Browser) -> Iterator[NewPage]:
    """Give a function that opens pages, each in a Chinese context of its own (no shared cookies)."""
    contexts = []

    def opened(width: int) -> Page:
        context = browser.new_context(
            reduced_motion="reduce",  # a toast half faded in has half its contrast
            locale="zh-CN",
            timezone_id="Asia/Shanghai",
            viewport={"width": width, "height": 800},
        )
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def page(new_page: NewPage) -> Page:
    """Give one page, 1280 pixels wide."""
    return new_page(1280)
