"""An operator's way through a run: a tablet at a closed validator, samples in a reader, a photo, an undo."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml

from conformance.codec.values import fen
from conformance.link.memory import MemoryCard
from conformance.link.pcscd import PcscService
from conformance.link.t0 import T0Card
from conformance.link.vpcd import VirtualReader
from conformance.model.run import Observation
from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.sim.card import build

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from playwright.sync_api import Browser, Page

    from conformance.model.run import CaseRecord, RunRecord

pytestmark = pytest.mark.tool("pcsc")

ROOT = Path(__file__).resolve().parents[2]
PASSES, FAILS, UNANSWERED = "TRN-BUS-150", "TRN-BUS-090", "TRN-BUS-330"
WIDTHS = (390, 820, 1280)
DEADLINE_S = 45  # a machine under load takes its time for pictures; one case waits for so long in vain
# Another page stands; while one loads there is no body for an instant.
ELSE = """version => document.body && (document.body.dataset.version !== version
    || document.body.innerText.includes('本次运行结束'))"""
# What is seen at each tap of a case: the signal, and the new records with their amounts.
SCRIPT: Mapping[str, list[tuple[str, tuple[str, ...]]]] = {
    PASSES: [("declined", ()), ("accepted", ("1.00",))],
    FAILS: [("accepted", ("1.00",)), ("accepted", ("1.00",))],
}
# What the sample holds each time that it is laid on the reader: before the tap, and after both.
BALANCES = ["50.00", "49.00"]


def files(folder: Path, reader: str) -> tuple[Path, Path]:
    """The product and the bench of a laboratory with this one reader."""
    text = (ROOT / "products" / "simulated" / "bus-validator.yaml").read_text(encoding="utf-8")
    product = folder / "my-validator.yaml"
    product.write_text(text.replace("  device: bus-validator\n", "  id: my-validator\n"), encoding="utf-8")
    given = yaml.safe_load((ROOT / "benches" / "operator-example.yaml").read_text(encoding="utf-8"))
    given["bench"]["desk"] |= {"address": "127.0.0.1:0", "answer_within_s": DEADLINE_S, "undo_s": 60}
    for sample in given["bench"]["samples"]:
        if "reader" in sample:
            sample["reader"] = reader
    bench = folder / "my-operator.yaml"
    bench.write_text(yaml.safe_dump(given, allow_unicode=True), encoding="utf-8")
    return product, bench


@contextmanager
def run_of(folder: Path, reader: str) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The run of three cases, without a terminal of its own, and the address of its page."""
    product, bench = files(folder, reader)
    command = ["-m", "conformance", "run", PASSES, FAILS, UNANSWERED, "--product", str(product)]
    command += ["--bench", str(bench), "--reports", str(folder / "out")]
    run = subprocess.Popen(
        [sys.executable, *command], stderr=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        said = run.stderr.readline()
        found = re.search(r"http://\S+", said)
        assert found, said + run.stderr.read()
        yield run, found[0]
    finally:
        run.terminate()
        run.communicate(timeout=20)


@dataclass
class Operator:
    """Reads the page, does what it says, and tells what the script has."""

    page: Page
    field: VirtualReader
    shots: Path
    photo: Path
    taps: dict[str, int] = field(default_factory=dict)
    laid: int = 0
    seen: set[str] = field(default_factory=set)

    @property
    def case(self) -> str:
        return self.page.locator("header b").first.inner_text()

    @property
    def state(self) -> str:
        state = self.page.locator("body").get_attribute("data-state")
        assert state, "the page is gone"
        return state

    def work(self) -> None:
        """Answer until the run has ended; the case that nobody answers is left to its deadline."""
        while not self.page.get_by_text("本次运行结束").is_visible():
            version = self.page.locator("body").get_attribute("data-version")
            if self.state == "asked" and self.case != UNANSWERED:
                self.answer()
            self.page.wait_for_function(ELSE, arg=version, timeout=60_000)

    def answer(self) -> None:
        lines = self.page.locator("ol li").all_inner_texts()
        if any("放到读卡器" in line for line in lines):
            self.lay()
        if self.page.locator("[name=firmware]").count():
            self.fill("operator", "张三")
            self.fill("firmware", "1.0.0")
        if self.page.locator("[name=signal]").count():
            self.tell()
        else:
            self.shoot("sign-in" if "firmware" in self.page.content() else "prepare")
            self.done()

    def lay(self) -> None:
        self.field.plug(T0Card(MemoryCard(build(balance=fen(BALANCES[self.laid])))))
        self.laid += 1

    def tell(self) -> None:
        """What the script says of this tap; in the case that passes first a slip, undone, and a photo."""
        number = self.taps[self.case] = self.taps.get(self.case, 0) + 1
        signal, amounts = SCRIPT[self.case][number - 1]
        if self.case == PASSES and number == 1:
            self.attach()
            self.see("accepted", ())
            self.press("完成")
            self.page.get_by_role("button", name="撤销").wait_for()
            self.shoot("undo")
            self.press("撤销")
            self.page.get_by_role("button", name="完成").wait_for()
        self.see(signal, amounts)
        self.shoot("present")
        self.done()

    def see(self, signal: str, amounts: tuple[str, ...]) -> None:
        self.choose("signal", signal)
        self.choose("records", str(len(amounts)))
        for place, amount in enumerate(amounts, 1):
            self.choose(f"record{place}-kind", "sale")
            self.fill(f"record{place}-amount", amount)
            self.fill(f"record{place}-number", str(7 + place))

    def attach(self) -> None:
        self.page.locator("#photo").set_input_files(self.photo)
        self.page.locator("#pictures img").wait_for()

    def choose(self, name: str, value: str) -> None:
        self.page.locator(f"[name='{name}'][value='{value}']").check(force=True)

    def fill(self, name: str, value: str) -> None:
        self.page.locator(f".entry [name='{name}']").fill(value)

    def done(self) -> None:
        self.press("完成")
        self.page.get_by_role("button", name="继续").wait_for()
        self.press("继续")

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()

    def shoot(self, name: str) -> None:
        """One picture of each kind of page at each width; none is wider than its window."""
        if name in self.seen:
            return
        self.seen.add(name)
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            overflow = self.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            assert overflow <= 0, (name, width)
            self.page.screenshot(path=self.shots / f"operator-{name}-{width}.png", full_page=True)


@dataclass(frozen=True)
class Ended:
    """The run as it ended, and what the browser asked for meanwhile."""

    record: RunRecord
    folder: Path
    requests: list[str]
    errors: list[str]

    def case(self, case_id: str) -> CaseRecord:
        return next(case for case in self.record.cases if case.id == case_id)

    def notes(self, case_id: str, kind: str) -> list[Mapping[str, object]]:
        events = [event for step in self.case(case_id).steps for event in step.events]
        return [each.values for each in events if isinstance(each, Observation) and each.kind == kind]


@pytest.fixture(scope="module")
def photo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A picture as a tablet would take it."""
    path = tmp_path_factory.mktemp("photo") / "screen.jpg"
    page = chromium.new_page(viewport={"width": 2000, "height": 1200})
    page.set_content("<body style='font:200px sans-serif;background:#123;color:#9f9'>余额 50.00")
    page.screenshot(path=path, type="jpeg")
    page.close()
    return path


@pytest.fixture(scope="module")
def ended(chromium: Browser, photo: Path, shots: Path, tmp_path_factory: pytest.TempPathFactory) -> Ended:
    folder, requests, errors = tmp_path_factory.mktemp("operator"), [], []
    with (
        PcscService() as service,
        VirtualReader(service.host, service.card_port) as reader,
        run_of(folder, service.reader) as (run, address),
    ):
        context = chromium.new_context(locale="zh-CN", has_touch=True)
        context.on("request", lambda request: requests.append(request.url))
        context.on("weberror", lambda error: errors.append(str(error.error)))
        page = context.new_page()
        page.goto(address)
        Operator(page, reader, shots, photo).work()
        run.wait(30)
        context.close()
    out = folder / "out" / "my-validator"
    return Ended(read(out / "run.jsonl"), out, requests, errors)


def test_what_the_operator_told_decides_the_verdicts(ended: Ended) -> None:
    verdicts = {case_id: ended.case(case_id).verdict for case_id in (PASSES, FAILS, UNANSWERED)}
    assert verdicts == {PASSES: Verdict.PASS, FAILS: Verdict.FAIL, UNANSWERED: Verdict.INCONC}


def test_the_findings_say_what_was_seen_and_that_nobody_answered(ended: Ended) -> None:
    codes = [finding.code for finding in ended.case(FAILS).findings]
    assert codes == ["record-count-differs", "indication-missing"]
    assert ended.case(UNANSWERED).headline.code == "operator-absent"


def test_the_balance_was_read_from_the_sample_before_and_after(ended: Ended) -> None:
    (read_before,) = ended.notes(FAILS, "sample")
    assert (read_before["serial"], read_before["balance"]) == ("S-01", "50.00")
    assert any(exchange.command[:2] == b"\x80\xca" for exchange in ended.case(FAILS).exchanges)


def test_the_answer_that_was_taken_back_is_not_the_one_that_counts(ended: Ended) -> None:
    first, second = (each for each in ended.notes(PASSES, "answer") if each["asked"] == "present")
    assert (first["signal"], first["undone"], second["undone"]) == ("declined", 1, 0)


def test_the_operators_name_stands_in_the_record(ended: Ended) -> None:
    assert ended.record.header.bench["operator"] == "张三"
    assert {each["by"] for each in ended.notes(PASSES, "answer")} == {"张三"}


def test_the_page_asked_for_nothing_elsewhere(ended: Ended) -> None:
    sent = [url for url in ended.requests if not url.startswith(("data:", "blob:"))]
    assert {re.sub(r":\d+/.*", "", url) for url in sent} == {"http://127.0.0.1"}
    assert ended.errors == []


def test_the_photo_is_shown_in_the_report_with_its_digest(
    ended: Ended, chromium: Browser, shots: Path
) -> None:
    (photo,) = ended.notes(PASSES, "photo")
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    page.goto((ended.folder / "report.html").as_uri() + f"#case-{PASSES}")
    page.locator(f"#case-{FAILS} details.trace").first.evaluate("each => { each.open = true; }")
    told = page.locator(f"#case-{FAILS} .seen").first.inner_text()
    assert "设置终端：" in told
    assert "票价：1.00 元" in told
    picture = page.locator(f"#case-{PASSES} .photos img")
    picture.scroll_into_view_if_needed()
    page.wait_for_function("document.querySelector('.photos img').complete")
    assert picture.evaluate("each => each.naturalWidth") == 1600
    assert photo["digest"] in page.locator(f"#case-{PASSES} figcaption").locator("visible=true").inner_text()
    page.screenshot(path=shots / "operator-report.png")
    page.close()
