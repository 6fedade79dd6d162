from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from programme_samples import PROGRAMMES, make_record

import conformance
from conformance.model.programme import Reason
from conformance.model.verdict import Verdict
from conformance.programme.certificate import issue
from conformance.programme.decision import read_decision
from conformance.programme.load import load_programme
from conformance.programme.milestones import RunEvidence, compute
from conformance.programme.ruling import withdraw
from conformance.report import certificate_page, programme_page
from conformance.text.programme import reason

if TYPE_CHECKING:
    from conformance.model.programme import Certificate, Decision, Programme, ProgrammeView

CANDIDATE = "simulated/bus-validator-candidate"
SOURCE = Path(conformance.__file__).parent


def example_view(folder: Path) -> tuple[Certificate, ProgrammeView]:
    """One product certified, the other failing a case."""
    programme = load_programme(PROGRAMMES / "example")
    book = folder / "ledger.jsonl"
    book.write_bytes((PROGRAMMES / "example" / "ledger.jsonl").read_bytes())
    passing = make_record()
    failing = make_record(
        {"TRN-BUS-050": Verdict.FAIL},
        run_id="0badc0de",
        product={**passing.header.product, "id": CANDIDATE, "firmware": "1.1.0"},
    )
    decision = read_decision(PROGRAMMES / "example" / "decisions" / "2026-bus.yaml")
    certificate = issue(programme, passing, decision, folder / "certificates", book)
    runs = [
        RunEvidence("simulated/bus-validator", passing, "bus-validator/report.html"),
        RunEvidence(CANDIDATE, failing, "candidate/report.html"),
    ]
    return certificate, compute(programme, folder / "certificates", book, None, runs)


@pytest.fixture
def certificate(tmp_path: Path) -> Certificate:
    return example_view(tmp_path)[0]


@pytest.fixture
def page(tmp_path: Path) -> str:
    return programme_page.render(example_view(tmp_path)[1])


class Outline(HTMLParser):
    """The tags that are still open, and every id and link."""

    EMPTY = frozenset({"meta", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in self.EMPTY:
            self.open.append(tag)
        given = dict(attrs)
        self.ids += [given["id"] or ""] if "id" in given else []
        self.links += [given["href"] or ""] if "href" in given else []

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def outline(page: str) -> Outline:
    found = Outline()
    found.feed(page)
    return found


def test_every_element_of_the_page_is_closed(page: str) -> None:
    assert outline(page).open == []


def test_no_id_stands_twice(page: str) -> None:
    ids = outline(page).ids
    assert sorted(ids) == sorted(set(ids))


def test_every_link_within_the_page_arrives(page: str) -> None:
    found = outline(page)
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)


@pytest.mark.parametrize("outside", ["http://", "https://", "src=", "@import", "url(", "fetch("])
def test_the_page_asks_nobody_for_anything(page: str, certificate: Certificate, outside: str) -> None:
    assert outside not in page + certificate_page.render(certificate)


def test_the_page_leads_to_the_case_that_failed(page: str) -> None:
    assert "candidate/report.html#case-TRN-BUS-050" in outline(page).links


def test_the_page_leads_to_the_certificate_and_its_run(page: str) -> None:
    assert {"certificates/DEMO-2026-0001.html", "bus-validator/report.html"} <= set(outline(page).links)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_language_that_shows_first_is_asked_for(tmp_path: Path, language: str) -> None:
    assert f'<html lang="{language}">' in programme_page.render(example_view(tmp_path)[1], language)


def test_both_languages_are_on_the_page(page: str) -> None:
    assert all(words in page for words in ("里程碑", "Milestones", "达标", "Reasons", "理由"))


@pytest.mark.parametrize("band", ["模拟 SIMULATED", "合成数据 SYNTHETIC"])
def test_a_synthetic_programme_with_simulated_evidence_says_so(page: str, band: str) -> None:
    assert f">{band}</div>" in page


def test_a_run_that_was_not_official_is_marked_so(page: str) -> None:
    assert page.count("试运行 DRY RUN") == 2


def test_a_real_programme_without_evidence_carries_no_band(anshun: Programme, tmp_path: Path) -> None:
    view = compute(anshun, tmp_path, tmp_path / "ledger.jsonl", date(2016, 1, 1), [])
    assert 'class="bands"' not in programme_page.render(view)


def test_the_real_programme_shows_every_milestone_in_the_directives_words(
    anshun: Programme, tmp_path: Path
) -> None:
    page = programme_page.render(compute(anshun, tmp_path, tmp_path / "none", date(2016, 1, 1), []))
    said = [words for each in anshun.directive.milestones for words in each.words]
    assert [words for words in said if words not in page] == []


def test_an_unknown_total_is_called_so(anshun: Programme, tmp_path: Path) -> None:
    page = programme_page.render(compute(anshun, tmp_path, tmp_path / "none", date(2016, 1, 1), []))
    assert "分母待确认" in page


def test_every_no_has_its_reason(tmp_path: Path) -> None:
    _, view = example_view(tmp_path)
    silent = [
        each.milestone.id
        for each in view.milestones
        if str(each.as_of.status) not in ("met", "met-late") and not programme_page.why(each)
    ]
    assert silent == []


def test_every_reason_in_the_code_has_words_in_both_languages() -> None:
    codes = {
        code
        for path in sorted((SOURCE / "programme").glob("*.py"))
        for code in re.findall(r'Reason\(\s*"([a-z-]+)"', path.read_text(encoding="utf-8"))
    }
    names = (
        "source_zh source_en total coverage counted needed deployment site on group commissioned count "
        "sector product profile field certified programme until number who why run case verdict code defect "
        "decided tested finding published asked signer algorithm what found by left"
    )
    arguments = dict.fromkeys(names.split(), "…")
    said = {code: [reason(Reason(code, arguments), each) for each in ("zh", "en")] for code in codes}
    assert len(said) > 25


def test_what_people_wrote_is_shown_as_text(tmp_path: Path, programme: Programme, decision: Decision) -> None:
    book = tmp_path / "book.jsonl"
    issue(programme, make_record(), decision, tmp_path / "certificates", book)
    withdraw(
        book, decision.number, when=date(2026, 10, 1), who="<b>某人</b>", why="<script>alert(1)</script>"
    )
    page = programme_page.render(compute(programme, tmp_path / "certificates", book, None, []))
    assert page.count("<script>") == 1
    assert "<b>某人" not in page


def test_a_pan_that_somebody_wrote_down_is_masked(
    tmp_path: Path, programme: Programme, decision: Decision
) -> None:
    book = tmp_path / "book.jsonl"
    issue(programme, make_record(), decision, tmp_path / "certificates", book)
    withdraw(book, decision.number, when=date(2026, 10, 1), who="某人", why="卡 6210948000000011 重复扣款")
    page = programme_page.render(compute(programme, tmp_path / "certificates", book, None, []))
    assert "6210948000000011" not in page
    assert "621094******0011" in page


def test_the_document_is_a_test_report(certificate: Certificate) -> None:
    assert "<title>符合性测试报告 DEMO-2026-0001</title>" in certificate_page.render(certificate)


def test_it_is_a_certificate_only_where_a_body_stands_behind_it(certificate: Certificate) -> None:
    body = {"name": "某机构", "basis": "某依据"}
    real = replace(certificate, issuing_body=body, simulated=False, demonstration=False)
    titled = (certificate, real, replace(real, simulated=True), replace(real, demonstration=True))
    assert ["合格证" in certificate_page.render(each) for each in titled] == [False, True, False, False]


@pytest.mark.parametrize("words", ["认证证书", "银联标识"])
def test_other_bodies_words_are_never_used(certificate: Certificate, page: str, words: str) -> None:
    assert words not in page + certificate_page.render(certificate)


@pytest.mark.parametrize("band", ["模拟 SIMULATED", "合成数据 SYNTHETIC", "演示 DEMONSTRATION"])
def test_a_demonstration_certificate_says_what_it_is(certificate: Certificate, band: str) -> None:
    assert band in certificate_page.render(certificate)


@pytest.mark.parametrize(
    "words",
    ["仅对所测样品负责", "射频", "密码键盘", "报告结束", "判定规则", "taps", "JR/T 0025.12-2018 Annex F"],
)
def test_a_certificate_prints_what_a_report_must_hold(certificate: Certificate, words: str) -> None:
    assert words in certificate_page.render(certificate)


def test_a_withdrawn_certificate_says_so_on_its_page(certificate: Certificate) -> None:
    arguments = {"number": certificate.number, "on": "2026-10-01", "who": "某人", "why": "演示"}
    page = certificate_page.render(certificate, state=Reason("certificate-withdrawn", arguments))
    assert "已于 2026-10-01 撤销" in page


@pytest.mark.parametrize("kind", ["programme", "certificate"])
def test_pages_are_the_same_under_any_locale_time_zone_and_hash_seed(tmp_path: Path, kind: str) -> None:
    script = (
        "import hashlib, pathlib, sys, test_programme_pages as t;"
        "c, v = t.example_view(pathlib.Path(sys.argv[1]));"
        "page = t.programme_page.render(v) if sys.argv[2] == 'programme' else t.certificate_page.render(c);"
        "print(hashlib.sha256(page.encode()).hexdigest())"
    )
    digests = set()
    for number, (locale, zone) in enumerate([("C", "Asia/Shanghai"), ("C.UTF-8", "America/Los_Angeles")]):
        folder = tmp_path / str(number)
        folder.mkdir()
        environment = {
            **os.environ,
            "LC_ALL": locale,
            "TZ": zone,
            "PYTHONHASHSEED": str(number),
            "PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), str(SOURCE.parent)]),
        }
        done = subprocess.run(
            [sys.executable, "-c", script, str(folder), kind],
            env=environment,
            capture_output=True,
            text=True,
            check=True,
        )
        digests.add(done.stdout)
    assert len(digests) == 1
