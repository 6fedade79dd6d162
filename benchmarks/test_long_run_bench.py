"""Two runs of 800 cases by 12 exchanges: the page of one, as a file and in Chromium, and their difference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import long_run
import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.record.reader import read
from conformance.record.verify import verify
from conformance.report.pages import write_pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

    from conftest import Within

MOST_MEGABYTES, MOST_TO_WRITE_S, MOST_TO_OPEN_S, MOST_TO_DIFFER_S = 4.0, 5.0, 2.0, 2.0


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("long")
    return (
        long_run.write(folder / "before.jsonl", seed=1),
        long_run.write(folder / "after.jsonl", seed=2, failing=True),
    )


@pytest.fixture(scope="module")
def page(runs: tuple[Path, Path]) -> Path:
    write_pages(read(runs[1]), runs[1].parent, "zh")
    return runs[1].parent / "report.html"


def test_the_runs_are_as_long_as_they_say(runs: tuple[Path, Path]) -> None:
    for path in runs:
        cases = read(path).cases
        assert verify(path).state == "intact"
        assert [len(case.exchanges) for case in cases] == [long_run.EXCHANGES] * long_run.CASES


def test_the_page_is_one_file_small_enough_to_send(page: Path, within: Within) -> None:
    assert within.size("long_run_page", page.stat().st_size / 1e6, MOST_MEGABYTES)


def test_the_page_is_written_from_the_record(runs: tuple[Path, Path], within: Within) -> None:
    path = runs[1]
    assert within.time(
        "long_run_written", lambda: write_pages(read(path), path.parent, "zh"), MOST_TO_WRITE_S
    )


def test_two_runs_are_compared(runs: tuple[Path, Path], within: Within) -> None:
    told = []

    def compared() -> None:
        told.append(CliRunner().invoke(main, ["diff", *map(str, runs)]).output)

    assert within.time("long_run_diff", compared, MOST_TO_DIFFER_S)
    assert f"({long_run.CASES // long_run.FAILS})" in told[0]


@pytest.fixture
def chromium(chromium_program: str) -> Iterator[Browser]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # Root in a container has no user namespace to sandbox in; the page is our own.
        browser = playwright.chromium.launch(executable_path=chromium_program, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.mark.tool("browser")
def test_the_page_opens_down_to_the_exchange_at_fault(page: Path, chromium: Browser, within: Within) -> None:
    """Open means that the exchanges of the first failed step are decoded and can be read."""

    def opened() -> None:
        tab = chromium.new_page()
        tab.goto(page.as_uri())
        tab.locator("details.trace[open] details[open] q").first.wait_for()
        tab.close()

    assert within.time("long_run_opened", opened, MOST_TO_OPEN_S)
