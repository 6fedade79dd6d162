"""The Allure page is one file that calls nobody; where it cannot be made, one line says why."""

from __future__ import annotations

import re
import socket
from typing import TYPE_CHECKING

import pytest

from conformance.model.run import CaseEntry, CaseRecord
from conformance.model.verdict import Verdict
from conformance.report.allure import AllureListener, page, render

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

RAW = """<!DOCTYPE html><html><head lang="en"><title>t</title></head><body>
<script src="data:text/javascript;base64,QUJD"></script>
<script async src="https://www.example.org/gtag/js?id=G-0"></script>
<script>
  window.dataLayer = window.dataLayer || [];
  function gtag(){dataLayer.push(arguments);}
  gtag('config', 'G-0', {"single_file": "true"});
</script>
<script>window.allureReportData = {}; const less = 1 < 2;</script>
</body></html>"""


@pytest.fixture
def results(tmp_path: Path) -> Path:
    entry = CaseEntry(
        "TRN-BUS-050",
        1,
        "",
        (),
        (),
        {"zh": "补全", "en": "Once"},
        {"zh": "一", "en": "One"},
        {"zh": (), "en": ()},
    )
    listener = AllureListener(tmp_path / "allure-results", "simulated/bus-validator", lambda _: entry)
    listener.case_started("TRN-BUS-050", 1, 1)
    listener.case_ended(CaseRecord("TRN-BUS-050", 1, Verdict.PASS))
    return tmp_path / "allure-results"


def test_allure_page_keeps_its_own_scripts_only() -> None:
    scripts = re.findall(r"<script.*?</script>", page.self_contained(RAW), re.DOTALL)
    assert [script[:40] for script in scripts] == [
        '<script src="data:text/javascript;base64',
        "<script>window.allureReportData = {}; co",
    ]


def test_allure_page_gets_a_policy_without_hosts() -> None:
    policy = re.search(
        r'<head lang="en"><meta http-equiv="Content-Security-Policy" content="([^"]*)">',
        page.self_contained(RAW),
    )
    assert policy is not None
    assert not re.search(r"https?:|\*|self", policy.group(1))


def test_allure_page_needs_results(tmp_path: Path) -> None:
    outcome = render(tmp_path, tmp_path / "allure.html", "en")
    assert outcome.path is None
    assert outcome.reason == f"no Allure page: there are no Allure results in {tmp_path}"


def test_allure_page_needs_node(results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "node_tools", lambda: None)
    outcome = render(results, tmp_path / "allure.html", "en")
    assert outcome.reason is not None
    assert outcome.reason.startswith("no Allure page: no Node.js")
    assert str(results) in outcome.reason


@pytest.mark.tool("node")
def test_allure_page_is_given_up_where_no_registry_answers(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A listening socket that never answers stands for a network that swallows everything."""
    with socket.create_server(("127.0.0.1", 0)) as silent:
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        monkeypatch.setenv("NPM_CONFIG_CACHE", str(tmp_path / "npm"))
        monkeypatch.setenv("NPM_CONFIG_REGISTRY", f"http://127.0.0.1:{silent.getsockname()[1]}/")
        monkeypatch.setattr(page, "INSTALL_SECONDS", 3)
        outcome = render(results, tmp_path / "allure.html", "en")
    assert outcome.path is None
    assert outcome.reason == (
        f"no Allure page: Allure could not be installed (no end after 3 s); raw results kept in {results}"
    )
    assert not list((tmp_path / "cache").rglob("package.json"))


@pytest.mark.tool("node")
def test_allure_page_has_one_line_for_a_refused_registry(
    results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        address = f"http://127.0.0.1:{closed.getsockname()[1]}/"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("NPM_CONFIG_CACHE", str(tmp_path / "npm"))
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", address)
    reason = render(results, tmp_path / "allure.html", "en").reason
    assert reason is not None
    assert "ECONNREFUSED" in reason
    assert "\n" not in reason


@pytest.mark.tool("node")
def test_allure_page_is_one_file_that_calls_nobody(
    results: Path, tmp_path: Path, lacking: Callable[[str, str], None]
) -> None:
    outcome = render(results, tmp_path / "out" / "allure.html", "zh")
    if outcome.path is None:
        lacking("node", str(outcome.reason))
        return
    text = outcome.path.read_text(encoding="utf-8")
    made = sorted(path.name for path in outcome.path.parent.iterdir())
    assert made == ["allure.history.jsonl", "allure.html"]
    assert not re.search(
        r"""<(?:script|link|img|iframe)\b[^>]*\b(?:src|href)\s*=\s*["']?(?:https?:)?//""", text
    )
    assert "gtag" not in text


@pytest.mark.tool("node")
def test_allure_page_knows_how_a_case_ended_before(
    results: Path, tmp_path: Path, lacking: Callable[[str, str], None]
) -> None:
    for _ in range(2):
        outcome = render(results, tmp_path / "allure.html", environment={"suite": "pboc-conformance 0.1.0"})
    if outcome.path is None:
        lacking("node", str(outcome.reason))
    history = (tmp_path / "allure.history.jsonl").read_text(encoding="utf-8").splitlines()
    assert len(history) == 2
    assert all('"passed"' in line for line in history)
