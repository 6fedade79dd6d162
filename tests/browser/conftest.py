"""Headless Chromium at our own pages: what a reader clicks, sees and must never send.

Every page is opened from its file. A request for anything but that file and what is inside it fails the test
that caused it, at the latest when the test ends.
"""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser, ConsoleMessage, Page, Request

DESKTOP = (1280, 800)
PHONE = (390, 844)
LOCAL = ("file://", "data:", "blob:", "about:")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    here = Path(__file__).parent
    for item in items:
        if item.path.is_relative_to(here):
            item.add_marker(pytest.mark.tool("browser"))


@dataclass
class OpenPage:
    """A page under test, with all that it asked for and all that it complained about."""

    page: Page
    shots: Path
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def open(self, path: Path, anchor: str = "") -> OpenPage:
        self.page.goto(path.resolve().as_uri() + anchor)
        self.page.wait_for_load_state("load")
        return self

    def click(self, text: str) -> OpenPage:
        """Click the first visible thing that a reader would call by this text."""
        self.page.get_by_text(text).locator("visible=true").first.click()
        return self

    def follow(self, target: str) -> OpenPage:
        """Follow the first visible link whose target contains this text."""
        self.page.locator(f'a[href*="{target}"]').locator("visible=true").first.click()
        self.page.wait_for_load_state("load")
        return self

    def shows(self, text: str) -> OpenPage:
        """Wait until this text can be seen."""
        self.page.get_by_text(text).locator("visible=true").first.wait_for()
        return self

    def shows_framed(self, text: str) -> OpenPage:
        """Wait until this text stands in the last frame of the page."""
        self.page.frame_locator("iframe").last.get_by_text(text).first.wait_for()
        return self

    @property
    def name(self) -> str:
        """File name of the page that is shown now."""
        return Path(urlsplit(self.page.url).path).name

    @property
    def text(self) -> str:
        return self.page.locator("body").inner_text()

    @property
    def overflow(self) -> int:
        """By how many pixels the page is wider than its window."""
        width: int = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        return max(0, width)

    def screenshot(self, name: str, *, full: bool = False) -> Path:
        path = self.shots / f"{name}.png"
        self.page.screenshot(path=path, full_page=full)
        return path

    @property
    def left(self) -> list[str]:
        """The requests that left the page."""
        return [url for url in self.requests if not url.startswith(LOCAL)]


@pytest.fixture(scope="session")
def chromium(chromium_program: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Root in a container has no user namespace to sandbox in; the pages are our own.
        browser = playwright.chromium.launch(executable_path=chromium_program, args=["--no-sandbox"])
        yield browser
        browser.close()


@contextmanager
def watched(browser: Browser, shots: Path, *, phone: bool = False) -> Iterator[OpenPage]:
    """A fresh page whose requests and script errors are kept, and judged at the end."""
    width, height = PHONE if phone else DESKTOP
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="zh-CN", has_touch=phone
    )
    opened = OpenPage(context.new_page(), shots)

    def requested(request: Request) -> None:
        opened.requests.append(request.url)

    def said(message: ConsoleMessage) -> None:
        if message.type == "error":
            opened.errors.append(message.text)

    context.on("request", requested)
    context.on("console", said)
    context.on("weberror", lambda error: opened.errors.append(str(error.error)))
    yield opened
    context.close()
    assert opened.left == []
    assert opened.errors == []


@pytest.fixture
def page(chromium: Browser, shots: Path) -> Iterator[OpenPage]:
    with watched(chromium, shots) as opened:
        yield opened


@pytest.fixture
def phone(chromium: Browser, shots: Path) -> Iterator[OpenPage]:
    with watched(chromium, shots, phone=True) as opened:
        yield opened


@pytest.fixture(scope="session")
def shots() -> Path:
    """Where screenshots are kept for a person to look at; git-ignored."""
    folder = Path(__file__).parents[2] / "reports" / "screenshots"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


DEFECT = "second-gpo-after-lost-answer"
FAILING_CASE = "TRN-BUS-050"


def conformance(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Our own command, as a user gives it."""
    command = [sys.executable, "-m", "conformance", *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=240)


@pytest.fixture(scope="session")
def failing(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Reports of a bus validator with one defect, and the milestone page that it leaves unmet."""
    reports = tmp_path_factory.mktemp("failing")
    ran = conformance("run", "--product", "simulated/bus-validator", "--defect", DEFECT, "--reports", reports)
    assert ran.returncode == 1, ran.stderr
    shown = conformance("programme", "example", "--reports", reports)
    assert shown.returncode == 0, shown.stderr
    return reports


@pytest.fixture(scope="session")
def allure(failing: Path, lacking: Callable[[str, str], None]) -> Path:
    """The Allure page of the failing run; without a registry there is none, and the command says so."""
    rendered = conformance("report", "allure", "--reports", failing)
    assert rendered.returncode == 0, rendered.stderr
    page = failing / "allure.html"
    if not page.exists():
        lacking("node", rendered.stdout.strip())
    return page
