from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from programme_samples import PROGRAMMES, make_record

from conformance.codec.documents import parse
from conformance.model.programme import Certainty, Firmware, Status
from conformance.model.verdict import Verdict
from conformance.programme import ledger
from conformance.programme.certificate import issue, spelled
from conformance.programme.milestones import RunEvidence, compute
from conformance.programme.ruling import withdraw

if TYPE_CHECKING:
    from pathlib import Path

    from conformance.model.programme import (
        Certificate,
        Decision,
        Deployment,
        Milestone,
        MilestoneView,
        Programme,
    )

BUS = "bus-fleet-2026"
FIRST = "first-lot"


@dataclass
class City:
    """One bus milestone due on 2026-09-30, half of 200 vehicles; a test adds what people decide."""

    programme: Programme
    decision: Decision
    folder: Path

    @property
    def ledger(self) -> Path:
        return self.folder / "city.jsonl"

    def milestone(self) -> Milestone:
        return self.programme.directive.milestones[0]

    def change_milestone(self, **changes: object) -> None:
        changed = replace(self.milestone(), **changes)  # type: ignore[arg-type]
        directive = replace(self.programme.directive, milestones=(changed,))
        self.programme = replace(self.programme, directive=directive)

    def change_deployment(self, **changes: object) -> None:
        first: Deployment = self.programme.deployments[0]
        changed = replace(first, **changes)  # type: ignore[arg-type]
        self.programme = replace(self.programme, deployments=(changed,))

    def change_first_lot(self, **changes: object) -> None:
        lot = replace(self.programme.deployments[0].groups[0], **changes)  # type: ignore[arg-type]
        self.change_deployment(groups=(lot,))

    def certify(self, on: str = "2026-09-01", **changes: object) -> Certificate:
        decision = replace(self.decision, date=date.fromisoformat(on), **changes)  # type: ignore[arg-type]
        return issue(self.programme, make_record(), decision, self.folder / "certificates", self.ledger)

    def write(self, kind: str, on: str, about: dict[str, str], **values: int | str) -> None:
        ledger.append(
            self.ledger,
            kind,
            when=date.fromisoformat(on),
            who="某人",
            why="演示",
            about=about,
            values=values,
        )

    def accept(self, on: str = "2026-03-01") -> None:
        self.write("accepted", on, {"deployment": BUS})

    def commission(self, on: str = "2026-03-01", count: int = 120) -> None:
        self.write("commissioned", on, {"deployment": BUS, "group": FIRST}, count=count)

    def withdraw(self, on: str) -> None:
        withdraw(self.ledger, "DEMO-2026-0001", when=date.fromisoformat(on), who="某人", why="演示")

    def on(self, day: str) -> MilestoneView:
        view = compute(self.programme, self.folder / "certificates", self.ledger, date.fromisoformat(day), [])
        return view.milestones[0]

    def statuses(self, day: str) -> tuple[Status | None, Status]:
        view = self.on(day)
        return view.at_deadline and view.at_deadline.status, view.as_of.status

    def reasons(self, day: str) -> set[str]:
        view = self.on(day)
        deployment = view.deployments[0]
        found = [*deployment.reasons, *(each for group in deployment.groups for each in group.reasons)]
        return {each.code for each in found}


@pytest.fixture
def city(programme: Programme, decision: Decision, tmp_path: Path) -> City:
    made = City(programme, decision, tmp_path)
    made.change_milestone(deadline=date(2026, 9, 30))
    made.change_first_lot()
    return made


def test_a_milestone_is_met_by_certificate_acceptance_and_commissioning(city: City) -> None:
    city.certify()
    city.accept()
    city.commission()
    assert city.statuses("2026-10-01") == (Status.MET, Status.MET)


def test_counted_total_and_needed_are_vehicles(city: City) -> None:
    city.certify()
    city.accept()
    city.commission()
    judged = city.on("2026-10-01").as_of
    assert (judged.counted, judged.total, judged.needed) == (120, 200, 100)


@pytest.mark.parametrize(("count", "status"), [(99, Status.NOT_MET), (100, Status.MET), (101, Status.MET)])
def test_half_or_more_includes_exactly_half(city: City, count: int, status: Status) -> None:
    city.certify()
    city.accept()
    city.commission(count=count)
    assert city.on("2026-10-01").as_of.status is status


@pytest.mark.parametrize(
    ("issued", "accepted", "commissioned", "as_of", "expected"),
    [
        ("2026-09-01", "2026-03-01", "2026-03-01", "2026-08-31", (Status.NOT_YET_DUE, Status.NOT_YET_DUE)),
        ("2026-09-01", "2026-03-01", "2026-03-01", "2026-09-01", (Status.NOT_YET_DUE, Status.MET)),
        ("2026-09-30", "2026-03-01", "2026-03-01", "2026-09-30", (Status.MET, Status.MET)),
        ("2026-09-01", "2026-10-05", "2026-03-01", "2026-10-04", (Status.NOT_MET, Status.NOT_MET)),
        ("2026-09-01", "2026-10-05", "2026-03-01", "2026-10-05", (Status.NOT_MET, Status.MET_LATE)),
        ("2026-09-01", "2026-03-01", "2026-10-05", "2026-12-31", (Status.NOT_MET, Status.MET_LATE)),
        ("2026-10-05", "2026-03-01", "2026-03-01", "2026-12-31", (Status.NOT_MET, Status.MET_LATE)),
        ("2026-09-01", "2026-03-01", "2026-03-01", "2029-09-01", (Status.MET, Status.MET)),
        ("2026-09-01", "2026-03-01", "2026-03-01", "2029-09-02", (Status.MET, Status.NOT_MET)),
    ],
)
def test_each_day_is_judged_by_what_held_on_it(  # noqa: PLR0917 -- a row of the table
    city: City,
    issued: str,
    accepted: str,
    commissioned: str,
    as_of: str,
    expected: tuple[Status, Status],
) -> None:
    city.certify(issued)
    city.accept(accepted)
    city.commission(commissioned)
    assert city.statuses(as_of) == expected


def test_a_met_milestone_says_since_when(city: City) -> None:
    city.certify("2026-09-01")
    city.accept("2026-09-10")
    city.commission("2026-03-01", 60)
    city.commission("2026-09-20", 60)
    assert city.on("2026-10-01").as_of.since == date(2026, 9, 20)


def test_a_withdrawal_turns_a_met_milestone_back(city: City) -> None:
    city.certify()
    city.accept()
    city.commission()
    city.withdraw("2026-09-15")
    assert city.statuses("2026-09-14") == (Status.NOT_YET_DUE, Status.MET)
    assert city.statuses("2026-09-15") == (Status.NOT_YET_DUE, Status.NOT_YET_DUE)


def test_a_withdrawal_after_the_deadline_does_not_rewrite_it(city: City) -> None:
    city.certify()
    city.accept()
    city.commission()
    city.withdraw("2026-11-01")
    assert city.statuses("2026-11-01") == (Status.MET, Status.NOT_MET)


def test_a_withdrawal_gives_number_day_and_why(city: City) -> None:
    city.certify()
    city.accept()
    city.commission()
    city.withdraw("2026-11-01")
    (reason,) = city.on("2026-11-01").deployments[0].groups[0].reasons
    assert (reason.code, reason.arguments["on"], reason.arguments["why"]) == (
        "certificate-withdrawn",
        "2026-11-01",
        "演示",
    )


@pytest.mark.parametrize(
    ("missing", "codes"),
    [
        ("certify", {"no-certificate"}),
        ("accept", {"not-accepted"}),
        ("commission", {"not-commissioned"}),
    ],
)
def test_what_is_missing_is_the_reason(city: City, missing: str, codes: set[str]) -> None:
    for step in {"certify", "accept", "commission"} - {missing}:
        getattr(city, step)()
    assert city.reasons("2026-10-01") == codes


def test_a_partly_commissioned_group_counts_its_part_and_says_so(city: City) -> None:
    city.certify()
    city.accept()
    city.commission(count=110)
    assert city.on("2026-10-01").as_of.counted == 110
    assert city.reasons("2026-10-01") == {"partly-commissioned"}


def test_more_cannot_be_commissioned_than_there_is(city: City) -> None:
    city.certify()
    city.accept()
    city.commission(count=500)
    assert city.on("2026-10-01").as_of.counted == 120


def test_another_firmware_in_the_field_does_not_count(city: City) -> None:
    city.certify()
    city.accept()
    city.commission()
    first = city.programme.deployments[0].groups[0].firmware[0]
    city.change_first_lot(firmware=(first, Firmware("1.0.1", date(2026, 10, 1))))
    assert city.statuses("2026-10-01") == (Status.MET, Status.NOT_MET)
    assert city.reasons("2026-10-01") == {"firmware-differs"}


def test_a_firmware_of_another_digest_does_not_count(city: City) -> None:
    city.certify()
    city.change_first_lot(firmware=(Firmware("1.0.0", date(2026, 1, 1), "a" * 64),))
    assert "firmware-digest-differs" in city.reasons("2026-10-01")


def test_a_firmware_that_nobody_knows_does_not_count(city: City) -> None:
    city.certify()
    city.change_first_lot(firmware=(Firmware("1.0.0", date(2026, 12, 1)),))
    assert "firmware-unknown" in city.reasons("2026-10-01")


def test_devices_that_left_the_field_do_not_count(city: City) -> None:
    city.certify()
    city.accept()
    city.commission()
    city.change_first_lot(withdrawn=date(2026, 10, 1))
    assert city.statuses("2026-10-01") == (Status.MET, Status.NOT_MET)
    assert city.reasons("2026-10-01") == {"devices-withdrawn"}


@pytest.mark.parametrize(
    ("day", "status"),
    [("2026-10-04", Status.MET), ("2026-10-05", Status.NOT_MET), ("2026-10-08", Status.MET)],
)
def test_a_suspended_certificate_does_not_count_while_it_is(city: City, day: str, status: Status) -> None:
    city.certify()
    city.accept()
    city.commission()
    city.write("suspended", "2026-10-05", {"certificate": "DEMO-2026-0001"}, until="2026-10-07")
    assert city.on(day).as_of.status is status


def test_a_certificate_altered_after_its_issue_does_not_count(city: City) -> None:
    certificate = city.certify()
    changed = replace(certificate, valid_until=date(2099, 1, 1))
    (city.folder / "certificates" / "DEMO-2026-0001.json").write_bytes(spelled(changed))
    assert "certificate-altered" in city.reasons("2026-10-01")


def test_a_certificate_that_the_ledger_does_not_know_does_not_count(city: City) -> None:
    city.certify()
    city.ledger.unlink()
    assert "certificate-not-in-ledger" in city.reasons("2026-10-01")


def test_a_newer_certificate_takes_over(city: City) -> None:
    city.certify("2026-09-01")
    city.accept()
    city.commission()
    city.withdraw("2026-10-05")
    city.certify("2026-10-20", number="DEMO-2026-0002")
    assert [city.on(f"2026-10-{day}").as_of.status for day in ("04", "05", "20")] == [
        Status.MET,
        Status.NOT_MET,
        Status.MET,
    ]


def test_a_total_that_is_unknown_leaves_the_milestone_unknown(city: City) -> None:
    population = city.milestone().population
    assert population is not None
    city.change_milestone(population=replace(population, count=None, certainty=Certainty.UNKNOWN))
    city.certify()
    city.accept()
    city.commission()
    assert city.statuses("2026-10-01") == (Status.UNKNOWN, Status.UNKNOWN)


def test_a_total_from_a_single_source_leaves_the_milestone_unknown(city: City) -> None:
    population = city.milestone().population
    assert population is not None
    city.change_milestone(population=replace(population, certainty=Certainty.SINGLE))
    city.certify()
    city.accept()
    city.commission()
    judged = city.on("2026-10-01").as_of
    assert (judged.status, [each.code for each in judged.reasons]) == (
        Status.UNKNOWN,
        ["denominator-unconfirmed"],
    )


@pytest.mark.parametrize("coverage", ["partial", "none"])
def test_a_shortfall_is_no_verdict_while_deployments_are_not_known(city: City, coverage: str) -> None:
    city.programme = replace(city.programme, coverage=coverage)
    assert city.statuses("2026-10-01") == (Status.UNKNOWN, Status.UNKNOWN)


def test_enough_is_enough_even_while_not_all_is_known(city: City) -> None:
    city.programme = replace(city.programme, coverage="partial")
    city.certify()
    city.accept()
    city.commission()
    assert city.on("2026-10-01").as_of.status is Status.MET


def test_a_site_counts_when_all_of_it_does(city: City) -> None:
    population = city.milestone().population
    assert population is not None
    city.change_milestone(population=replace(population, kind="sites", count=1), threshold=100)
    city.certify()
    city.accept()
    city.commission("2026-03-01", 119)
    city.commission("2026-09-20", 1)
    assert [city.on(f"2026-09-{day}").as_of.counted for day in ("19", "20")] == [0, 1]


def test_simulated_evidence_counts_nothing_in_a_real_programme(city: City) -> None:
    city.certify()
    city.accept()
    city.commission()
    city.programme = replace(city.programme, synthetic=False)
    assert city.statuses("2026-10-01") == (Status.NOT_MET, Status.NOT_MET)
    assert city.reasons("2026-10-01") == {"simulated-does-not-count", "demonstration-does-not-count"}


def test_a_ledger_about_an_unknown_deployment_is_refused(city: City) -> None:
    city.write("accepted", "2026-03-01", {"deployment": "bus-flet-2026"})
    with pytest.raises(ledger.LedgerError, match=r"city\.jsonl:1: .*did you mean \"bus-fleet-2026\"\?"):
        city.on("2026-10-01")


def test_a_ledger_about_an_unknown_group_is_refused(city: City) -> None:
    city.write("commissioned", "2026-03-01", {"deployment": BUS, "group": "first-lt"}, count=1)
    with pytest.raises(ledger.LedgerError, match='did you mean "first-lot"'):
        city.on("2026-10-01")


def test_a_run_links_to_each_case_that_blocks(city: City) -> None:
    record = make_record({"TRN-BUS-050": Verdict.FAIL, "TRN-BUS-060": Verdict.NOT_RUN})
    runs = [RunEvidence("simulated/bus-validator", record, "bus/report.html")]
    view = compute(city.programme, city.folder, city.ledger, None, runs)
    (group,) = view.milestones[0].deployments[0].groups
    assert group.run is not None
    assert [case.href for case in group.run.failing] == [
        "bus/report.html#case-TRN-BUS-050",
        "bus/report.html#case-TRN-BUS-060",
    ]


def test_the_newest_run_of_a_product_is_the_one_shown(city: City) -> None:
    older = make_record(run_id="older", started="2026-08-01T08:00:00+00:00")
    newer = make_record(run_id="newer", started="2026-09-01T08:00:00+00:00")
    runs = [RunEvidence("p", each, each.header.run_id) for each in (newer, older)]
    assert [run.run_id for run in compute(city.programme, city.folder, city.ledger, None, runs).runs] == [
        "newer"
    ]


def test_a_certificate_links_to_the_run_it_rests_on(city: City) -> None:
    city.certify()
    runs = [RunEvidence("simulated/bus-validator", make_record(), "bus/report.html")]
    view = compute(city.programme, city.folder / "certificates", city.ledger, None, runs)
    assert [each.run and each.run.href for each in view.certificates] == ["bus/report.html"]


@pytest.mark.parametrize(("accepted", "as_of"), [("2026-03-01", "2026-09-01"), ("2026-12-24", "2026-12-24")])
def test_without_an_as_of_date_it_is_the_day_of_the_newest_record(
    city: City, accepted: str, as_of: str
) -> None:
    city.accept(accepted)
    runs = [RunEvidence("simulated/bus-validator", make_record(), "bus/report.html")]
    view = compute(city.programme, city.folder, city.ledger, None, runs)
    assert view.as_of == date.fromisoformat(as_of)


def test_without_any_record_the_as_of_date_is_the_directives(anshun: Programme, tmp_path: Path) -> None:
    view = compute(anshun, tmp_path, tmp_path / "ledger.jsonl", None, [])
    assert view.as_of == anshun.directive.published


def test_in_anshun_everything_that_is_due_is_unknown(anshun: Programme, tmp_path: Path) -> None:
    runs = [RunEvidence("simulated/bus-validator", make_record(), "bus/report.html")]
    view = compute(anshun, tmp_path, PROGRAMMES / "anshun" / "ledger.jsonl", None, runs)
    assert {each.as_of.status for each in view.milestones} == {Status.UNKNOWN, Status.NO_DEADLINE}


def test_the_shipped_example_shows_every_kind_of_status(programme: Programme, tmp_path: Path) -> None:
    view = compute(programme, tmp_path, PROGRAMMES / "example" / "ledger.jsonl", None, [])
    assert [str(each.as_of.status) for each in view.milestones] == [
        "not-yet-due",
        "not-met",
        "unknown",
        "not-yet-due",
        "no-deadline",
    ]


def test_the_shipped_example_turns_met_by_one_certificate_and_back(
    programme: Programme, decision: Decision, example: Path
) -> None:
    certificates, book = example / "certificates", example / "ledger.jsonl"
    issue(programme, make_record(), decision, certificates, book)
    met = compute(programme, certificates, book, None, []).milestones[0].as_of
    withdraw(book, decision.number, when=date(2026, 10, 1), who="某人", why="演示")
    back = compute(programme, certificates, book, None, []).milestones[0].as_of
    assert (met.status, met.counted, back.status, back.counted) == (
        Status.MET,
        120,
        Status.NOT_YET_DUE,
        0,
    )


def test_the_example_deploys_the_product_and_firmware_that_the_suite_ships(programme: Programme) -> None:
    lot = programme.deployments[0].groups[0]
    path = PROGRAMMES.parent / "products" / f"{lot.product}.yaml"
    shipped = parse(path.read_bytes(), path.name).value["product"]
    assert lot.firmware[-1].version == shipped["firmware"]
    assert programme.directive.milestones[0].profile == shipped["profile"]
