"""Which sample a case gets: by side, by kind, and never one that it may not destroy."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from conformance.catalogue.folders import shipped
from conformance.catalogue.load import load_catalogue
from conformance.codec import documents
from conformance.codec.apdu import CommandApdu
from conformance.model.iut import SampleKind
from conformance.runner.bench import read_bench
from conformance.runner.samples import HeldSample, HeldSamples, SimulatedSamples
from conformance.sim.card import CardRules

if TYPE_CHECKING:
    from pathlib import Path

CASE = load_catalogue(shipped("cases")).cases["CRD-GAC-010"]
PLAIN = HeldSample("S-1", "R 1", "contact")
NEW = HeldSample("S-2", "R 2", "contact", ("new-card",), expendable=True)
FIELD = HeldSample("S-3", "R 3")


@pytest.mark.parametrize(
    ("needs", "held", "lacking"),
    [
        ({}, (PLAIN,), None),
        ({}, (FIELD,), "a contact sample"),
        ({"sample": "new-card"}, (PLAIN, FIELD), "a contact sample of kind new-card"),
        ({"sample": "new-card"}, (PLAIN, NEW), None),
        (
            {"destroys": "offline PIN"},
            (PLAIN, FIELD),
            "a contact sample marked expendable, as the case destroys its offline PIN",
        ),
        ({"destroys": "offline PIN"}, (PLAIN, NEW), None),
        ({"interface": "contactless"}, (PLAIN, NEW), "a contactless sample"),
    ],
)
def test_a_case_runs_where_one_sample_has_all_that_it_needs(needs, held, lacking):
    assert HeldSamples(held).lacking(replace(CASE, **needs)) == lacking


def test_a_simulated_sample_is_built_as_its_kind_says():
    kinds = {"new-card": SampleKind("new-card", {}, {0x9F13: b"\0\0"})}
    samples = SimulatedSamples("debit-credit", kinds, CardRules())
    assert last_online_atc(samples.present(replace(CASE, sample="new-card"))) == "9F13020000"
    assert last_online_atc(samples.present(CASE)) == "9F13020001"


def last_online_atc(link):
    link.reset()
    link.exchange(CommandApdu.decode(bytes.fromhex("00A4040007A000000333010100")))
    return link.exchange(CommandApdu.decode(bytes.fromhex("80CA9F1300"))).data.hex().upper()


def test_what_a_case_does_to_its_card_reaches_no_other():
    samples = SimulatedSamples("debit-credit", {}, CardRules())
    assert samples.present(CASE) is not samples.present(CASE)


def test_a_card_without_that_side_is_lacking():
    samples = SimulatedSamples("debit-credit", {}, CardRules())
    assert samples.lacking(replace(CASE, interface="contactless")) == "a contactless interface of the sample"


HEAD = (
    """bench: {laboratory: L, location: here, channel: pcsc, grade: bench, time_base: real, counts: quick"""
)


def bench(tmp_path: Path, more: str):
    path = tmp_path / "mine.yaml"
    path.write_text(HEAD + more + "}\n", encoding="utf-8")
    return read_bench(path)


def test_a_bench_lists_its_samples_by_serial(tmp_path):
    row = "{serial: S-2, reader: R 2, interface: contact, kinds: [new-card], expendable: true}"
    assert bench(tmp_path, f", samples: [{row}]").samples == (NEW,)


def test_a_bench_that_names_one_reader_holds_one_contactless_sample_that_may_not_be_destroyed(tmp_path):
    (sample,) = bench(tmp_path, ", card: {reader: R}").samples
    assert (sample.interface, sample.expendable) == ("contactless", False)


def test_a_bench_for_real_cards_without_samples_is_refused(tmp_path):
    with pytest.raises(documents.DocumentErrors, match=r"must list its samples, or give card\.reader"):
        bench(tmp_path, "")
