"""The HTML report: whole, the same for the same record, and without a PAN."""

from __future__ import annotations

import base64
import gzip
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from hashlib import sha512
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from report_record import PAN, failed, passed, record, session, step

from conformance.model.run import CaseRecord, Exchange, StepRecord
from conformance.model.verdict import Verdict
from conformance.report import html
from conformance.report.trace import store as trace_store

HERE = Path(__file__).parent


class Page(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        self.ids += [value or "" for name, value in attrs if name == "id"]

    @property
    def links(self) -> list[str]:
        return [value for tag, name, value in self.attributes if (tag, name) == ("a", "href")]

    @property
    def exchanges(self) -> list[str]:
        """Places that the page's script makes of the lists of its steps."""
        listed = (each for _, name, value in self.attributes if name == "data-x" for each in value.split(" "))
        return [f"exchange-{each.partition(':')[0]}" for each in listed]


@pytest.fixture(scope="module")
def page() -> str:
    return html.render(record())


def rendered_under(locale: str, zone: str) -> bytes:
    program = (
        f"import sys; sys.path.insert(0, {str(HERE)!r}); from report_record import record; "
        "from conformance.report import html; sys.stdout.buffer.write(html.render(record()).encode())"
    )
    environment = {**os.environ, "LC_ALL": locale, "LANG": locale, "TZ": zone, "PYTHONHASHSEED": "random"}
    return subprocess.run(
        [sys.executable, "-c", program], env=environment, cwd=HERE.parents[1], capture_output=True, check=True
    ).stdout


def test_the_same_record_is_the_same_page_in_any_locale_and_time_zone() -> None:
    assert rendered_under("C", "UTC") == rendered_under("zh_CN.UTF-8", "Asia/Shanghai")


def test_no_reference_leads_out_of_the_page(page: str) -> None:
    outside = [
        value
        for _, name, value in Page(page).attributes
        if name in ("href", "src", "action") and not value.startswith(("#", "data:"))
    ]
    assert outside == []


def test_styles_and_scripts_ask_for_nothing(page: str) -> None:
    assert not re.search(r"https?://|@import|url\(", page)


def test_every_link_has_its_place(page: str) -> None:
    parsed = Page(page)
    assert {link.removeprefix("#") for link in parsed.links} <= {*parsed.ids, *parsed.exchanges}


def test_no_place_is_named_twice(page: str) -> None:
    ids = Page(page).ids
    assert len(ids) == len(set(ids))


def test_every_selected_case_has_its_section(page: str) -> None:
    assert {f"case-{each.id}" for each in record().header.cases} <= set(Page(page).ids)


def test_every_exchange_has_its_place(page: str) -> None:
    numbers = {exchange.number for case in record().cases for exchange in case.exchanges}
    assert [f"exchange-{number}" for number in sorted(numbers)] == Page(page).exchanges


def test_a_finding_names_the_command_that_shows_it_again(page: str) -> None:
    assert "conformance trace run.jsonl --case TRN-BUS-050 --exchange 107" in page


def test_a_finding_leads_to_its_exchange(page: str) -> None:
    assert "#exchange-107" in Page(page).links


@pytest.mark.parametrize("shape", [PAN, PAN.encode().hex().upper(), PAN.encode().hex()])
def test_no_pan_is_readable_anywhere(page: str, shape: str) -> None:
    assert shape not in page


def test_a_masked_pan_keeps_its_ends_and_its_length(page: str) -> None:
    assert "621094******0011" in page


def test_hex_of_a_masked_pan_keeps_its_length(page: str) -> None:
    assert "5A08621094······0011" in page


def test_values_of_the_record_are_escaped(page: str) -> None:
    assert "<Example>" not in page


def test_a_simulated_run_says_so(page: str) -> None:
    assert 'class="band band-simulated"' in page


def test_a_real_run_does_not_say_simulated() -> None:
    assert 'class="band band-simulated"' not in html.render(record(simulated=False))


def test_a_record_without_a_footer_is_marked_incomplete() -> None:
    assert 'class="band band-incomplete"' in html.render(record(complete=False))


def test_a_parameter_off_its_default_is_marked(page: str) -> None:
    assert "非默认" in page


def test_a_case_that_never_ran_is_among_those_not_judged(page: str) -> None:
    exclusions = page[page.index('id="exclusions"') :]
    assert "TRN-BUS-110" in exclusions


def test_the_matrix_counts_the_expectations_that_held(page: str) -> None:
    matrix = page[page.index('id="matrix"') : page.index('id="exclusions"')]
    assert "TRN-BUS-050 FAIL (0/1)" in matrix


def test_both_languages_are_in_the_page(page: str) -> None:
    assert "测试对象与依据" in page
    assert "What was tested, and with what" in page


def test_english_first_when_asked() -> None:
    assert '<html lang="en"' in html.render(record(), "en")


def test_the_report_ends_by_saying_so(page: str) -> None:
    assert "报告结束 end of report" in page


def test_identical_exchanges_share_one_tree() -> None:
    once = html.render(record(cases=(passed(),)))
    again = replace(passed(), id="TRN-BUS-050", steps=(step(*shifted(session(), 500)),))
    assert trees(html.render(record(cases=(passed(), again)))) == trees(once)


def test_a_long_step_is_cut_and_says_by_how_much() -> None:
    exchanges = [Exchange(n, b"\x80\xca\x9f\x79\x00", b"\x90\x00", "answered", n, 900) for n in range(1, 201)]
    long = CaseRecord("TRN-BUS-010", 1, Verdict.PASS, (step(*exchanges),))
    assert f"此处省略 {200 - html.SHOWN_PER_STEP} 次交互" in html.render(record(cases=(long,)))


def test_an_earlier_attempt_keeps_its_own_place() -> None:
    again = replace(failed(), attempt=2, verdict=Verdict.PASS, headline=None, steps=())
    assert "case-TRN-BUS-050-attempt-1" in Page(html.render(record(cases=(failed(), again)))).ids


def test_a_control_step_is_told_in_the_words_of_its_case() -> None:
    control = StepRecord("control", 0, "TRN-BUS-010: Tap the card", ())
    page = html.render(record(cases=(replace(failed(), steps=(control,)),)))
    assert "TRN-BUS-010：刷卡" in page


def test_a_case_page_needs_no_script() -> None:
    page = html.case_page(passed())
    assert "<script" not in page
    assert "应用文件定位器" in page


def test_a_case_page_masks_the_pan() -> None:
    assert PAN not in html.case_page(passed())


def test_a_large_store_is_packed_and_holds_the_same(monkeypatch: pytest.MonkeyPatch, page: str) -> None:
    monkeypatch.setattr(trace_store, "LARGE", 1)
    packed = re.search(
        r'<script type="application/gzip" id="store">([0-9A-Za-z+/=]+)<', html.render(record())
    )
    assert packed is not None
    assert json.loads(gzip.decompress(base64.b64decode(packed[1]))) == store(page)


def store(page: str) -> Any:
    found = re.search(r'<script type="application/json" id="store">(.*?)</script>', page)
    assert found is not None
    return json.loads(found[1])


def trees(page: str) -> int:
    return len(store(page)["trees"])


def shifted(exchanges: tuple[Exchange, ...], by: int) -> list[Exchange]:
    return [replace(each, number=each.number + by) for each in exchanges]


def test_a_run_of_800_cases_stays_small_enough_to_send() -> None:
    """12 exchanges a case, one in six of them like no other, as in a purchase."""
    entries = tuple(replace(record().header.cases[0], id=f"TRN-BUS-{number:04}") for number in range(800))
    cases = tuple(
        replace(passed(), id=entry.id, steps=(step(*purchase(12 * place)),))
        for place, entry in enumerate(entries)
    )
    whole = replace(record(), header=replace(record().header, cases=entries), cases=cases)
    assert len(html.render(whole).encode()) < 4_000_000


def purchase(first: int) -> list[Exchange]:
    """Twelve exchanges, of which two carry a signature of their own."""
    made = [replace(each, number=first + place) for place, each in enumerate(session()[5:17], 1)]
    for place in (2, 8):
        signature = sha512(b"%d" % (first + place)).digest() * 2
        response = b"\x77\x81\x84\x9f\x4b\x81\x80" + signature + b"\x90\x00"
        made[place] = replace(made[place], response=response)
    return made
