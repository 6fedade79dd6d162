"""A run of 800 cases by 12 exchanges, written by the real writer, as a large catalogue leaves it.

Every case has a card of its own, with its PAN and its certificates, and the card answers every command:
hardly an exchange of one case is that of another. The texts are the catalogue's, each made different.
"""

from __future__ import annotations

import itertools
import random
import time
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.catalogue.folders import shipped
from conformance.catalogue.load import load_catalogue
from conformance.codec import apdu
from conformance.link.memory import MemoryCard
from conformance.link.traced import TracedCard
from conformance.model.run import Expectation, Finding, RunHeader, Where
from conformance.model.verdict import Verdict
from conformance.record.privacy import Privacy
from conformance.record.writer import RunWriter
from conformance.sim.card import build

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from conformance.catalogue.load import Catalogue
    from conformance.codec.apdu import CommandApdu
    from conformance.model.run import CaseEntry

CASES, EXCHANGES = 800, 12
FAILS = 20  # of the second run, one case of so many

_AID = bytes.fromhex("A000000333010101")
_RECORDS = ((1, 1), (1, 2), (2, 1), (2, 2), (2, 3))
_ARQC_WITH_CDA, _AAC = 0x90, 0x00
_CDOL1_LENGTH, _CDOL2_LENGTH = 55, 34
_CLAIMS = ("status-differs", "element-differs")


def write(path: Path, *, seed: int, failing: bool = False) -> Path:
    """Write the record; `seed` makes what a terminal sends, so that two runs differ as two runs do."""
    drawn, numbers = random.Random(seed), itertools.count(1)
    catalogue = load_catalogue(shipped("cases"))
    entries = tuple(itertools.islice(_entries(catalogue), CASES))
    with RunWriter(path, _header(catalogue, entries, seed), Privacy(trusted=True)) as writer:
        for place, entry in enumerate(entries):
            _case(writer, entry, place, drawn, numbers, fails=failing and place % FAILS == 0)
        writer.close("2026-05-04T10:30:00+08:00", {})
    return path


def _entries(catalogue: Catalogue) -> Iterator[CaseEntry]:
    """The cases of the catalogue, round after round, no sentence of a round like one of another."""
    for turn in itertools.count(1):
        for name in catalogue.cases:
            entry = catalogue.entry(name)
            sentences = {each: tuple(f"{one} [{turn}]" for one in said) for each, said in entry.steps.items()}
            yield replace(
                entry,
                id=f"{name[:-3]}{turn}{name[-3:]}",
                title={each: f"{said} [{turn}]" for each, said in entry.title.items()},
                purpose={each: f"{said} [{turn}]" for each, said in entry.purpose.items()},
                steps=sentences,
            )


def _case(  # noqa: PLR0913  what a case is made of
    writer: RunWriter,
    entry: CaseEntry,
    place: int,
    drawn: random.Random,
    numbers: Iterator[int],
    *,
    fails: bool,
) -> None:
    """One case: the session dealt out over its steps, with two expectations each."""
    device = MemoryCard(build("debit-credit", pan=_pan(place), interface="contact", seed=place))
    card = TracedCard(device, writer.exchange, lambda: time.perf_counter_ns() // 1000, numbers.__next__)
    card.reset()
    commands, sentences = _session(drawn), entry.steps["en"]
    share = -(-len(commands) // len(sentences))
    finding = None
    writer.case_started(entry.id, entry.revision, 1)
    for index, sentence in enumerate(sentences):
        writer.step_started("step" if index else "preamble", index, sentence)
        for command in commands[index * share : (index + 1) * share]:
            card.exchange(command)
        for code in _CLAIMS:
            writer.event(Expectation(code, entry.refs[0], held=True))
        if fails and sentence == sentences[-1]:
            finding = _finding(entry, next(numbers) - 1)
            writer.event(Expectation(finding.code, finding.ref, held=False))
            writer.event(finding)
        writer.step_ended()
    writer.case_ended(Verdict.FAIL if finding else Verdict.PASS, finding, None, 41)


def _session(drawn: random.Random) -> Sequence[CommandApdu]:
    """A contact transaction from SELECT to the second cryptogram."""
    return (
        apdu.select(_AID),
        apdu.get_processing_options(b""),
        *(apdu.read_record(sfi, number) for sfi, number in _RECORDS),
        apdu.get_data(0x9F36),
        apdu.get_data(0x9F17),
        apdu.internal_authenticate(drawn.randbytes(4)),
        apdu.generate_ac(_ARQC_WITH_CDA, drawn.randbytes(_CDOL1_LENGTH)),
        apdu.generate_ac(_AAC, drawn.randbytes(_CDOL2_LENGTH)),
    )


def _finding(entry: CaseEntry, exchange: int) -> Finding:
    return Finding(
        "command-sent",
        Verdict.FAIL,
        entry.refs[0],
        "no GENERATE AC",
        "GENERATE AC × 2",
        Where(exchange=exchange),
        {"command": "GENERATE AC", "count": 2},
    )


def _pan(place: int) -> str:
    """A test PAN with its check digit (ISO/IEC 7812-1 Annex B)."""
    body = f"6210948000{place:05}"
    doubled = (int(digit) * 2 for digit in body[::-2])
    total = sum(twice - 9 * (twice > 9) for twice in doubled) + sum(int(digit) for digit in body[-2::-2])
    return f"{body}{-total % 10}"


def _header(catalogue: Catalogue, entries: tuple[CaseEntry, ...], seed: int) -> RunHeader:
    """Declarations and parameters as many as the proforma has."""
    proforma = catalogue.proforma
    return RunHeader(
        run_id=f"{seed:016x}",
        started="2026-05-04T09:30:00+08:00",
        suite={"name": "pboc-conformance", "version": "0.1.0"},
        catalogue_digest=catalogue.digest,
        product={
            "id": "bench/long-run",
            "kind": "card",
            "vendor": "示例厂商",
            "model": "Long run",
            "hardware": "simulated",
            "firmware": f"1.{seed}",
            "firmware_digest": None,
            "firmware_origin": "declared",
            "serials": ["SIM-1"],
        },
        profile={"name": "long-run", "title": {"zh": "长运行", "en": "Long run"}, "editions": []},
        ics=dict.fromkeys(proforma.items, True),
        ixit={},
        parameters={
            name: {
                "value": each.default,
                "default": each.default,
                "owner": each.owner,
                "unit": each.unit,
                "reason": each.reason,
            }
            for name, each in proforma.parameters.items()
        },
        bench={"name": "embedded", "laboratory": "内置", "location": "in process", "channel": "memory"},
        simulated=True,
        time_base="virtual",
        evidence_grade="simulated",
        official=False,
        seed=seed,
        environment={"python": "3.11"},
        references={
            name: {"zh": each.title["zh"], "en": each.title["en"], "confidence": each.confidence}
            for name, each in proforma.references.items()
        },
        cases=entries,
        questions={name: each.question for name, each in proforma.items.items()},
    )
