"""A recorded session is judged by the cases that need no influence, and by no other."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from conformance.cli import main
from conformance.codec.apdu import CommandApdu, ResponseApdu, internal_authenticate
from conformance.crypto import laboratory
from conformance.link.memory import MemoryCard
from conformance.model.verdict import Verdict
from conformance.record.reader import read
from conformance.record.spied.session import overheard
from conformance.report import junit
from conformance.report.pages import write_pages
from conformance.report.trace import gather, page
from conformance.runner.card.contact import ContactDialogue
from conformance.runner.card.issuer import Issuer
from conformance.runner.session import RunOptions, RunSession, prepare
from conformance.sim.card import build

if TYPE_CHECKING:
    from conformance.model.run import RunRecord
    from conformance.runner.session import Preparation

ROOT = Path(__file__).parents[2]
VECTORS = ROOT / "tests" / "vectors"
REAL = VECTORS / "traces" / "unionpay_contact_credit.json"
SPIED = VECTORS / "spied"
FORMATS = {
    REAL: ("json", "none"),
    SPIED / "scriptor.txt": ("dialogue", "none"),
    SPIED / "pcsc_spy.txt": ("pcsc-spy", "duration"),
    SPIED / "proxmark.txt": ("proxmark3", "start and duration"),
    SPIED / "simtrace.pcap": ("pcap", "end"),
    SPIED / "simtrace_cooked_big_endian.pcap": ("pcap", "end"),
}
TERMINAL, CARD, TAPPED = "simulated/pos", "simulated/debit-credit-card", "simulated/electronic-cash-card"
JUDGED = {
    TERMINAL: {"COR-CON-700", "COR-CON-710", "COR-CON-720", "COR-CON-730", "COR-CON-740", "COR-CON-760"},
    CARD: {"CRD-SEL-100", "CRD-GPO-100", "CRD-REC-100", "CRD-REC-110", "CRD-GAC-400", "CRD-ODA-100"},
}
SOMEONES_PAN = "6299990000000009"  # made up; its check digit holds


@cache
def prepared(product: str) -> Preparation:
    return prepare(RunOptions(product, Path(), bench="replay", replay=REAL))


def replayed(file: Path, product: str, folder: Path) -> RunRecord:
    options = RunOptions(product, folder, bench="replay", replay=file)
    session = RunSession(replace(prepared(product), options=options, overheard=overheard(file)))
    session.open()
    for planned in session.plan:
        if planned.verdict is None:
            session.run(planned.case)
        else:
            session.pass_over(planned, planned.verdict)
    session.close()
    return read(session.preparation.folder / "run.jsonl")


def ended(record: RunRecord, verdict: Verdict) -> set[str]:
    return {case.id for case in record.cases if case.verdict is verdict}


@pytest.mark.parametrize("product", [TERMINAL, CARD])
@pytest.mark.parametrize("file", FORMATS, ids=lambda path: path.name)
def test_a_real_session_is_judged_in_every_format(file: Path, product: str, tmp_path: Path) -> None:
    record = replayed(file, product, tmp_path)
    assert ended(record, Verdict.PASS) == JUDGED[product]
    assert ended(record, Verdict.FAIL) | ended(record, Verdict.ERROR) == set()
    told = record.header.replay
    assert (told["format"], told["times"], told["exchanges"]) == (*FORMATS[file], 22)
    assert (told["file"], told["sha256"]) == (file.name, hashlib.sha256(file.read_bytes()).hexdigest())


@pytest.fixture(scope="module")
def of_terminal(tmp_path_factory: pytest.TempPathFactory) -> RunRecord:
    return replayed(REAL, TERMINAL, tmp_path_factory.mktemp("replayed"))


def test_what_a_session_does_not_hold_is_inconclusive(of_terminal: RunRecord) -> None:
    for case in of_terminal.cases:
        if case.verdict is Verdict.INCONC:
            assert case.headline is not None
            assert case.headline.code in {"not-in-session", "nothing-evaluated"}
    assert {"COR-CLS-700", "COR-CON-750"} <= ended(of_terminal, Verdict.INCONC)


def test_a_case_that_acts_is_not_testable_for_want_of_influence(of_terminal: RunRecord) -> None:
    reasons = {case.id: case.reason for case in of_terminal.cases if case.verdict is Verdict.NOT_TESTABLE}
    assert all((reason or "").startswith("bench lacks: ") for reason in reasons.values())
    assert "COR-CON-010" in reasons
    judged = {case.id for case in of_terminal.cases if case.steps}
    assert {case.rpartition("-")[2][0] for case in judged} == {"7"}  # COR-CON-700 on, and no case that acts


def test_a_card_case_that_names_no_need_is_not_run_on_a_recording(tmp_path: Path) -> None:
    record = replayed(REAL, CARD, tmp_path)
    reasons = {case.id: case.reason for case in record.cases}
    assert reasons["CRD-GPO-020"] == "bench lacks: influence"


def test_a_product_of_another_profile_is_judged_by_the_cases_that_only_listen(tmp_path: Path) -> None:
    """A hospital counter's own profile has none of them: a recording certifies nothing, and is not wasted."""
    record = replayed(REAL, "simulated/hospital-counter", tmp_path)
    assert ended(record, Verdict.PASS) == JUDGED[TERMINAL]
    assert {case.id for case in record.cases if case.verdict is Verdict.NOT_APPLICABLE} >= {"COR-CLS-700"}


def test_a_recording_is_never_official_and_says_what_it_lacks(of_terminal: RunRecord) -> None:
    header = of_terminal.header
    assert (header.official, header.certifies, header.evidence_grade) == (False, False, "replay")
    assert header.time_base == "recorded"
    assert {"identity", "influence", "shown", "host", "atr", "times"} == set(header.replay["not_captured"])


def test_every_page_is_marked(of_terminal: RunRecord, tmp_path: Path) -> None:
    write_pages(of_terminal, tmp_path, "en")
    told = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert "REPLAY: a recorded session was judged" in told
    assert "unionpay_contact_credit.json" in told
    assert "that the session is of the declared product and firmware" in told
    assert 'name="replay" value="unionpay_contact_credit.json"' in junit.render(of_terminal)


def test_the_trace_page_of_such_a_record_is_marked(tmp_path: Path) -> None:
    replayed(REAL, TERMINAL, tmp_path)
    (path,) = tmp_path.glob("*/replay/run.jsonl")
    assert "REPLAY: a recorded session" in page(gather(path, case="COR-CON-700"), path.name, "en")


def test_exchanges_of_the_record_lead_back_to_the_file(of_terminal: RunRecord) -> None:
    case = next(case for case in of_terminal.cases if case.id == "COR-CON-710")
    seen = [event for step in case.steps for event in step.events if hasattr(event, "values")]
    first, last = case.exchanges[0].number, case.exchanges[-1].number
    assert seen[0].values == {"numbers": f"1–22 → {first}–{last}"}


def test_a_wrong_byte_fails_where_it_stands(tmp_path: Path) -> None:
    session = json.loads(REAL.read_text(encoding="utf-8"))
    session["exchanges"][6]["c"] = "00A8000002830000"
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(session), encoding="utf-8")
    record = replayed(file, TERMINAL, tmp_path)
    case = next(case for case in record.cases if case.id == "COR-CON-730")
    assert case.headline is not None
    assert (case.verdict, case.headline.code) == (Verdict.FAIL, "class-differs")
    assert case.headline.where.exchange == case.exchanges[6].number


def test_nobodys_pan_comes_into_the_record(tmp_path: Path) -> None:
    """A file that holds a person's data loses them, its name and its digest before a line is written."""
    raw = REAL.read_text(encoding="utf-8")
    file = tmp_path / f"{SOMEONES_PAN}.json"
    as_text = "".join(f"3{digit}" for digit in "6210948000000011")
    file.write_text(
        raw.replace("6210948000000011", SOMEONES_PAN).replace(
            as_text, "".join(f"3{digit}" for digit in SOMEONES_PAN)
        ),
        encoding="utf-8",
    )
    record = replayed(file, TERMINAL, tmp_path / "out")
    (path,) = (tmp_path / "out").glob("*/replay/run.jsonl")
    assert SOMEONES_PAN not in path.read_text(encoding="utf-8")
    assert record.header.replay["sha256"] is None
    assert ended(record, Verdict.PASS) == JUDGED[TERMINAL]


def test_a_tap_is_judged_from_a_recording_as_it_was_live(tmp_path: Path) -> None:
    live = RunSession(prepare(RunOptions(TERMINAL, tmp_path / "live", cases=("COR-CLS-720",))))
    live.open()
    heard = live.run(next(each.case for each in live.plan if each.case.id == "COR-CLS-720"))
    live.close()
    pairs = [{"c": each.command.hex(), "r": (each.response or b"").hex()} for each in heard.exchanges]
    file = tmp_path / "taps.json"
    file.write_text(json.dumps({"exchanges": pairs}), encoding="utf-8")
    record = replayed(file, TERMINAL, tmp_path / "again")
    assert {f"COR-CLS-{number}" for number in range(700, 770, 10)} <= ended(record, Verdict.PASS)
    of_bus = replayed(file, "simulated/bus-validator", tmp_path / "bus")
    assert {"COR-CLS-710", "COR-CLS-720"} <= ended(of_bus, Verdict.PASS)
    of_card = replayed(file, TAPPED, tmp_path / "card")
    assert {"CRD-GPO-110", "CRD-REC-120", "CRD-ODA-110"} <= ended(of_card, Verdict.PASS)


def test_a_card_of_a_laboratory_is_judged_under_its_keys(tmp_path: Path) -> None:
    made = laboratory.init(tmp_path / "keys")
    with laboratory.using(made):
        card = MemoryCard(build("debit-credit"))
        card.reset()
        said: list[dict[str, str]] = []

        def noted(command: CommandApdu) -> ResponseApdu:
            answer = card.exchange(command)
            said.append({"c": command.encode().hex(), "r": answer.encode().hex()})
            return answer

        tap = ContactDialogue(noted, Issuer(None))
        tap.initiate("1.00")
        noted(internal_authenticate(bytes(4)))
    file, bench = tmp_path / "session.json", tmp_path / "ours.yaml"
    file.write_text(json.dumps({"exchanges": said}), encoding="utf-8")
    shipped = (ROOT / "benches" / "replay.yaml").read_text(encoding="utf-8")
    assert "CRD-ODA-100" in ended(replayed(file, CARD, tmp_path / "unknown"), Verdict.INCONC)
    bench.write_text(f"{shipped}  keys: keys\n", encoding="utf-8")
    options = RunOptions(CARD, tmp_path / "known", bench=str(bench), replay=file, cases=("CRD-ODA-100",))
    session = RunSession(prepare(options))
    session.open()
    ending = session.run(next(each.case for each in session.plan if each.case.id == "CRD-ODA-100"))
    session.close()
    assert ending.verdict is Verdict.PASS


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--replay", str(REAL), "--official"], "no --official"),
        (["--replay", str(REAL), "--resume"], "no --official, --resume"),
        (["--replay", str(REAL), "--bench", "embedded"], "need each other"),
        (["--bench", "replay"], "need each other"),
        (["--replay", __file__], "no session in a known format"),
    ],
    ids=["official", "resume", "bench of simulators", "no file", "no session"],
)
def test_what_makes_no_sense_is_refused(words: list[str], said: str, tmp_path: Path) -> None:
    done = CliRunner().invoke(main, ["run", "--product", TERMINAL, "--reports", str(tmp_path), *words])
    assert done.exit_code == 2
    assert said in done.output
