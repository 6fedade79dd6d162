"""A reader's way through our pages, from the milestone down to the bytes, on a desk and on a phone."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.record.reader import read
from conformance.report import html
from conformance.report.trace import gather
from conformance.report.trace import page as render_timeline
from conformance.report.trace import store as trace_store

if TYPE_CHECKING:
    from conftest import OpenPage

CARD = "simulated/electronic-cash-card"
CASE = "TRN-BUS-050"
PRODUCT = "simulated-bus-validator"
MILESTONES = "programme-example.html"
SAMPLE = Path(__file__).parents[2] / "reports" / "sample"
README_PICTURE = Path(__file__).parents[2] / "docs" / "images" / "report.png"


def test_a_reader_clicks_from_a_milestone_to_the_exchange_of_a_failing_case(
    page: OpenPage, failing: Path
) -> None:
    page.open(failing / MILESTONES)
    page.screenshot("milestones-desktop", full=True)
    page.follow(f"{PRODUCT}/report.html#case-{CASE}")
    page.screenshot("report-desktop", full=True)
    page.click("GET PROCESSING OPTIONS")
    page.screenshot("case-desktop")
    assert page.name == "report.html"
    assert "80A80000" in page.text.replace(" ", "")


def test_a_link_opens_an_exchange_that_its_step_had_folded_away(page: OpenPage, failing: Path) -> None:
    page.open(failing / PRODUCT / "report.html", anchor="#exchange-1")
    exchange = page.page.locator("#exchange-1")
    exchange.wait_for()
    assert "SELECT" in exchange.inner_text()
    assert exchange.get_attribute("open") is not None


def test_a_page_with_a_packed_store_shows_the_same(page: OpenPage, tmp_path: Path) -> None:
    """As a page of many hundred cases has it; no request leaves the page for it either."""
    record = read(SAMPLE / "run.jsonl")
    shown = []
    for name, large in (("plain", 1 << 20), ("packed", 1)):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(trace_store, "LARGE", large)
            (tmp_path / f"{name}.html").write_text(html.render(record), encoding="utf-8")
        page.open(tmp_path / f"{name}.html", anchor="#exchange-2")
        page.page.locator("#exchange-2 q").first.wait_for()
        shown.append(page.page.locator("#exchange-2").inner_text())
    assert "application/gzip" in (tmp_path / "packed.html").read_text(encoding="utf-8")
    assert shown[0] == shown[1] != ""


def test_the_milestone_page_says_that_its_city_is_synthetic(page: OpenPage, failing: Path) -> None:
    assert "示例市" in page.open(failing / MILESTONES).text


def test_every_page_of_a_simulated_product_says_so(page: OpenPage, failing: Path) -> None:
    assert "SIMULATED" in page.open(failing / PRODUCT / "report.html").text


@pytest.mark.parametrize("name", [MILESTONES, f"{PRODUCT}/report.html"])
def test_a_page_fits_a_phone(phone: OpenPage, failing: Path, name: str) -> None:
    phone.open(failing / name)
    phone.screenshot(f"{Path(name).stem}-phone", full=True)
    assert phone.overflow == 0


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("kind", ["certificate", "letter"])
def test_what_is_decided_fits_a_phone_in_both_languages(
    phone: OpenPage, tmp_path: Path, kind: str, language: str
) -> None:
    phone.open(decided(tmp_path, kind, language))
    phone.screenshot(f"{kind}-phone-{language}", full=True)
    assert phone.overflow == 0
    assert {"zh": "报告结束", "en": "End of report"}[language] in phone.text


def decided(folder: Path, kind: str, language: str) -> Path:
    """The certificate of a card that conforms, or the letter for one that does not."""
    root = Path(__file__).parents[2]
    text = (root / "programmes" / "example" / "decisions" / "2026-bus.yaml").read_text(encoding="utf-8")
    text = text.replace("simulated/bus-validator", CARD).replace("transit-bus", "card-electronic-cash")
    decision = folder / "decision.yaml"
    decision.write_text(text, encoding="utf-8")
    verb, wrong = {"certificate": ("issue", ()), "letter": ("reject", ("--defect", "fci-names-another-df"))}[
        kind
    ]
    place = ("--product", CARD, "--reports", str(folder), "--language", language)
    CliRunner().invoke(main, ["run", *wrong, *place])
    done = CliRunner().invoke(main, ["certify", verb, "--decision", str(decision), *place])
    assert done.exit_code == 0, done.output
    return folder / f"{kind}s" / "DEMO-2026-0001.html"


def test_a_decoded_trace_fits_a_phone_and_unfolds_what_failed(
    phone: OpenPage, failing: Path, tmp_path: Path
) -> None:
    timeline = tmp_path / "trace.html"
    cases = gather(failing / PRODUCT / "run.jsonl", case=CASE)
    timeline.write_text(render_timeline(cases, "run.jsonl"), encoding="utf-8")
    phone.open(timeline)
    phone.screenshot("trace-phone", full=True)
    assert phone.overflow == 0
    assert "期望" in phone.text


def test_the_matrix_of_defects_fits_a_phone_and_leads_from_a_row_to_its_defect(
    phone: OpenPage, tmp_path: Path
) -> None:
    matrix, defect = tmp_path / "matrix.html", "gate-ignores-limit"
    words = ("simulated/scenic-gate", "--defect", defect, "--jobs", "1", "--output", str(matrix))
    CliRunner().invoke(main, ["catalogue", "matrix", *words])
    phone.open(matrix).follow(f"#{defect}").shows("Takes any amount offline")
    phone.screenshot("matrix-phone", full=True)
    assert phone.overflow == 0


def test_the_picture_in_the_readme_can_be_made_again(page: OpenPage, failing: Path) -> None:
    """Fonts differ between machines: the picture is replaced only where CONFORMANCE_PICTURES asks for it."""
    page.open(failing / PRODUCT / "report.html", anchor=f"#case-{CASE}")
    picture = page.screenshot("readme")
    if os.environ.get("CONFORMANCE_PICTURES"):
        README_PICTURE.parent.mkdir(exist_ok=True)
        shutil.copyfile(picture, README_PICTURE)
    assert README_PICTURE.exists()
