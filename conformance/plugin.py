"""The one file that knows pytest: collects cases, gives them their fixtures, turns verdicts into outcomes."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from conformance.model.verdict import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable
    from types import ModuleType

    from conformance.catalogue.plan import PlannedCase
    from conformance.model.run import CaseRecord
    from conformance.runner.acquirer import LaboratoryAcquirer
    from conformance.runner.card import Card
    from conformance.runner.hospital import LaboratoryHospital
    from conformance.runner.overheard import Session
    from conformance.runner.run import CaseRun
    from conformance.runner.session import RunSession
    from conformance.runner.terminal import Terminal

SESSION: pytest.StashKey[RunSession] = pytest.StashKey()


class CaseFailed(AssertionError):  # noqa: N818  a verdict
    """The IUT failed the case; Allure shows an AssertionError as failed."""


class CaseBroken(Exception):  # noqa: N818  an ending without a verdict on the IUT, not an error of the case
    """INCONC, ERROR or REVIEW; Allure shows any other exception as broken."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance", "PBOC conformance")
    group.addoption("--product", help="what is tested: a name below products/, or a file")
    group.addoption("--bench", default="embedded", help="how: a name below benches/, or a file")
    group.addoption("--reports", default="reports/latest", help="the folder that takes record and reports")
    group.addoption("--case", action="append", default=[], help="run this case only; may be given again")
    group.addoption("--official", action="store_true", help="nothing left out, official counts")
    group.addoption("--language", choices=["zh", "en"], default="zh", help="language of the pages")
    group.addoption("--defect", help="give the simulated product this one defect")


def pytest_configure(config: pytest.Config) -> None:
    product = config.getoption("--product")
    if product is None or SESSION in config.stash:
        return
    # An installed plugin is loaded by every pytest run of its environment: what only ours needs comes here.
    from conformance.runner.session import RunOptions, RunSession, prepare

    options = RunOptions(
        product=product,
        reports=Path(config.getoption("--reports")),
        bench=config.getoption("--bench"),
        official=config.getoption("--official"),
        defect=config.getoption("--defect"),
        cases=tuple(config.getoption("--case")),
        language=config.getoption("--language"),
    )
    try:
        config.stash[SESSION] = RunSession(prepare(options))
    except (LookupError, ValueError) as error:
        raise pytest.UsageError(str(error)) from error


def pytest_sessionstart(session: pytest.Session) -> None:
    run = session.config.stash.get(SESSION, None)
    if run is not None and not run.is_open:
        from conformance.link.outcomes import LinkOutcome

        try:
            run.open()
        except LinkOutcome as outcome:
            raise pytest.UsageError(f"the bench cannot be opened: {outcome}") from outcome


def pytest_sessionfinish(session: pytest.Session) -> None:
    run = session.config.stash.get(SESSION, None)
    if run is not None and run.is_open:
        run.close()
        _write_pages(run.preparation.folder, session.config.getoption("--language"))


def _write_pages(folder: Path, language: str) -> None:
    from conformance.record.reader import read
    from conformance.report.pages import write_pages

    write_pages(read(folder / "run.jsonl", incomplete=True), folder, language)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    run = parent.config.stash.get(SESSION, None)
    if run is None:
        return None
    if not any(planned.case.path == file_path for planned in run.plan):
        return None
    return CaseFile.from_parent(parent, path=file_path)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Keep the plan's order, whatever order the files were found in."""
    run = config.stash.get(SESSION, None)
    if run is not None:
        order = {planned.case.id: place for place, planned in enumerate(run.plan)}
        items.sort(key=lambda item: order.get(item.name, len(order)))
        left = run.left if run.is_open else run.preparation.wanted
        config.hook.pytest_deselected(items=[item for item in items if item.name not in left])
        items[:] = [item for item in items if item.name in left]


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse an official run that would leave something out, by whatever option or path it may be."""
    run = session.config.stash.get(SESSION, None)
    if run is not None and run.preparation.options.official:
        missing = sorted(set(run.left) - {item.name for item in session.items})
        if missing:
            raise pytest.UsageError(f"an official run leaves nothing out, and lacks {', '.join(missing)}")


class CaseFile(pytest.Module):
    """A file of the catalogue; the catalogue has loaded it already."""

    def _getobj(self) -> ModuleType:
        run = self.config.stash[SESSION]
        case = next(planned.case for planned in run.plan if planned.case.path == self.path)
        return sys.modules[case.behaviour.__module__]

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        self.session._fixturemanager.parsefactories(self)  # noqa: SLF001  pytest offers no public way
        for planned in self.config.stash[SESSION].plan:
            if planned.case.path == self.path:
                yield CaseItem.from_parent(
                    self, name=planned.case.id, callobj=planned.case.behaviour, planned=planned
                )


class CaseItem(pytest.Function):
    """One case; its arguments are fixtures, its ending is the record's."""

    def __init__(self, *, planned: PlannedCase, **parts: Any) -> None:
        super().__init__(**parts)
        self.planned = planned

    def setup(self) -> None:
        if self.planned.verdict is not None:
            self.config.stash[SESSION].pass_over(self.planned, self.planned.verdict)
            pytest.skip(f"{self.planned.verdict}: {self.planned.reason}")
        super().setup()

    def runtest(self) -> None:
        case = self.planned.case
        arguments = {name: self.funcargs[name] for name in case.facades}
        _raise_for(self.config.stash[SESSION].run(case, arguments))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:  # noqa: ARG002
        """An ending of a case is told in its own sentence, without a traceback of ours."""
        if isinstance(excinfo.value, CaseFailed | CaseBroken):
            return str(excinfo.value)
        return super().repr_failure(excinfo)


def _raise_for(record: CaseRecord) -> None:
    if not record.verdict.blocks:
        return
    sentence = f"{record.verdict}"
    if record.headline is not None:
        from conformance.text import finding as worded

        text = worded(record.headline, "zh")
        sentence = f"{record.verdict}: {text.what} — {text.expected} / {text.observed}"
    raise CaseFailed(sentence) if record.verdict is Verdict.FAIL else CaseBroken(sentence)


def run_cases(session: RunSession, language: str) -> None:
    """Run what is left of an open session under pytest; close it."""

    class Prepared:
        """Hands the session to the plugin before it would prepare one of its own."""

        @pytest.hookimpl(tryfirst=True)
        def pytest_configure(self, config: pytest.Config) -> None:
            config.stash[SESSION] = session

    before = session.preparation
    quiet = ("-c", os.devnull, "-p", "no:terminal", "-p", "no:cacheprovider", "-s")
    arguments = [str(before.catalogue.root), *quiet, "-p", "conformance.plugin"]
    pytest.main(
        [*arguments, "--product", before.options.product, "--language", language], plugins=[Prepared()]
    )


@pytest.fixture(name="run")
def _run(request: pytest.FixtureRequest) -> CaseRun:
    """What a case sees of its run: steps, parameters, time."""
    return request.config.stash[SESSION].stage.run()


@pytest.fixture(name="terminal")
def _terminal(request: pytest.FixtureRequest) -> Terminal:
    """The terminal under test, real or simulated, as the bench says."""
    return request.config.stash[SESSION].stage.terminal()


@pytest.fixture(name="acquirer")
def _acquirer(request: pytest.FixtureRequest) -> LaboratoryAcquirer:
    """An acquirer of the laboratory, new for every case."""
    return request.config.stash[SESSION].stage.acquirer()


@pytest.fixture(name="hospital")
def _hospital(request: pytest.FixtureRequest) -> LaboratoryHospital:
    """A hospital system of the laboratory, new for every case."""
    return request.config.stash[SESSION].stage.hospital()


@pytest.fixture(name="session")
def _session(request: pytest.FixtureRequest) -> Session:
    """A session that was overheard: recorded, or of two ordinary purchases."""
    return request.config.stash[SESSION].stage.session(request.node.planned.case)


@pytest.fixture(name="card")
def _card(request: pytest.FixtureRequest) -> Card:
    """The card under test, real or simulated, as the bench says."""
    return request.config.stash[SESSION].stage.card(request.node.planned.case)
