"""What people decide besides issuing: each writes the ledger with who, when, why and what held before."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from conformance.model.programme import Reason
from conformance.model.verdict import Verdict
from conformance.model.waiver import failures
from conformance.programme import ledger
from conformance.programme.refusal import worst_endings

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from pathlib import Path

    from conformance.model.programme import LedgerEntry, Programme
    from conformance.model.run import CaseRecord, RunRecord


class RefusedError(Exception):
    """Something cannot be decided so; `reasons` are worded when they are shown."""

    def __init__(self, reasons: tuple[Reason, ...]) -> None:
        self.reasons = reasons
        super().__init__("; ".join(_plainly(reason) for reason in reasons))


def withdraw(ledger_path: Path, number: str, *, when: date, who: str, why: str) -> LedgerEntry:
    """Withdraw a certificate from a day on; raises `RefusedError` when there is none to withdraw."""
    before = _standing(ledger_path, number, when)
    return ledger.append(
        ledger_path, "withdrawn", when=when, who=who, why=why, about={"certificate": number}, before=before
    )


def suspend(  # noqa: PLR0913  what, and the ledger's who, when, why
    ledger_path: Path, number: str, *, when: date, who: str, why: str, until: date | None = None
) -> LedgerEntry:
    """Suspend a certificate from a day on, through `until` where that is known already."""
    before = _standing(ledger_path, number, when)
    if until is not None and until < when:
        arguments = {"number": number, "on": when.isoformat()}
        raise RefusedError((Reason("suspension-ends-before", arguments),))
    values = {"until": until.isoformat()} if until is not None else {}
    return ledger.append(
        ledger_path, "suspended", when=when, who=who, why=why, about={"certificate": number},
        values=values, before=before,
    )  # fmt: skip


def reinstate(ledger_path: Path, number: str, *, when: date, who: str, why: str) -> LedgerEntry:
    """End a certificate's suspension from a day on; RefusedError where it is not suspended that day."""
    before = _standing(ledger_path, number, when)
    own = [each for each in ledger.read(ledger_path) if each.about.get("certificate") == number]
    last = next((each for each in reversed(own) if each.kind in ("suspended", "reinstated")), None)
    through = last.values.get("until", "9999") if last is not None and last.kind == "suspended" else ""
    if last is None or not last.when.isoformat() <= when.isoformat() <= through:
        raise RefusedError((Reason("not-suspended", {"number": number, "on": when.isoformat()}),))
    return ledger.append(
        ledger_path, "reinstated", when=when, who=who, why=why, about={"certificate": number}, before=before
    )


def supersede(  # noqa: PLR0913  what, and the ledger's who, when, why
    ledger_path: Path, number: str, by: str, *, when: date, who: str, why: str
) -> LedgerEntry:
    """Let another certificate take the place of this one."""
    before = _standing(ledger_path, number, when)
    return ledger.append(
        ledger_path, "superseded", when=when, who=who, why=why, about={"certificate": number},
        values={"by": by}, before=before,
    )  # fmt: skip


def _standing(ledger_path: Path, number: str, when: date) -> Mapping[str, str]:
    """What held of a certificate before; RefusedError when nothing can be changed about it any more."""
    own = [each for each in ledger.read(ledger_path) if each.about.get("certificate") == number]
    issued = next((each for each in own if each.kind == "issued"), None)
    if issued is None:
        raise RefusedError((Reason("number-unknown", {"number": number}),))
    for kind, code in (("withdrawn", "number-withdrawn"), ("superseded", "number-superseded")):
        ended = next((each for each in own if each.kind == kind), None)
        if ended is not None:
            raise RefusedError((Reason(code, {"number": number, "on": ended.when.isoformat()}),))
    if when < issued.when:
        arguments = {"number": number, "on": issued.when.isoformat()}
        raise RefusedError((Reason("withdrawn-before-issued", arguments),))
    return {"state": own[-1].kind, "since": own[-1].when.isoformat()}


def waive(  # noqa: PLR0913  what, about what, and the ledger's who, when, why
    ledger_path: Path,
    record: RunRecord,
    case_id: str,
    finding: str,
    *,
    until: date,
    when: date,
    who: str,
    why: str,
) -> LedgerEntry:
    """Waive one finding of a case that failed; the verdict stays FAIL."""
    case = _ending(record, case_id)
    if case.verdict is not Verdict.FAIL or finding not in failures(case):
        arguments = {"case": case_id, "finding": finding, "found": ", ".join(sorted(failures(case))) or "—"}
        raise RefusedError((Reason("nothing-to-waive", arguments),))
    if until < when:
        raise RefusedError((Reason("waiver-ends-before", {"case": case_id, "until": until.isoformat()}),))
    return ledger.append(
        ledger_path, "waived", when=when, who=who, why=why,
        about={"case": f"{case.id}@{case.revision}", "record": _digest(record)},
        values={"finding": finding, "until": until.isoformat()}, before={"verdict": str(case.verdict)},
    )  # fmt: skip


def review(  # noqa: PLR0913  what, about what, and the ledger's who, when, why
    ledger_path: Path,
    record: RunRecord,
    case_id: str,
    evidence: Path,
    *,
    passed: bool,
    when: date,
    who: str,
    why: str,
) -> LedgerEntry:
    """Sign off a case that ended REVIEW, with the evidence that was judged."""
    case = _ending(record, case_id)
    if case.verdict is not Verdict.REVIEW:
        arguments = {"case": case_id, "verdict": str(case.verdict)}
        raise RefusedError((Reason("nothing-to-review", arguments),))
    return ledger.append(
        ledger_path, "reviewed", when=when, who=who, why=why,
        about={"case": case.id, "record": _digest(record)},
        values={
            "verdict": "PASS" if passed else "FAIL",
            "evidence": hashlib.sha256(evidence.read_bytes()).hexdigest(),
            "text": evidence.name,
        },
        before={"verdict": str(case.verdict)},
    )  # fmt: skip


def accept(  # noqa: PLR0913  what, and the ledger's who, when, why
    ledger_path: Path, programme: Programme, site: str, *, when: date, who: str, why: str
) -> tuple[LedgerEntry, ...]:
    """Accept what is installed at a site, or one deployment; RefusedError when nothing is installed there."""
    found = [each.id for each in programme.deployments if site in (each.site, each.id)]
    if not found:
        raise RefusedError((Reason("nothing-to-accept", {"site": site}),))
    return tuple(_accept(ledger_path, each, when=when, who=who, why=why) for each in found)


def _accept(ledger_path: Path, deployment: str, *, when: date, who: str, why: str) -> LedgerEntry:
    entries = [each for each in ledger.read(ledger_path) if each.kind == "accepted"]
    last = next((each for each in reversed(entries) if each.about["deployment"] == deployment), None)
    before = {"accepted": last.when.isoformat() if last else None}
    return ledger.append(
        ledger_path, "accepted", when=when, who=who, why=why, about={"deployment": deployment}, before=before
    )


def commission(  # noqa: PLR0913  what and how many, and the ledger's who, when, why
    ledger_path: Path,
    programme: Programme,
    deployment: str,
    group: str,
    count: int,
    *,
    when: date,
    who: str,
    why: str,
) -> LedgerEntry:
    """Put devices of one group into service; RefusedError where there is no such group, or fewer are left."""
    installed = {(each.id, own.id): own.count for each in programme.deployments for own in each.groups}
    about = {"deployment": deployment, "group": group}
    if (deployment, group) not in installed:
        raise RefusedError((Reason("nothing-to-commission", about),))
    entries = (each for each in ledger.read(ledger_path) if each.kind == "commissioned")
    already = sum(int(each.values["count"]) for each in entries if each.about == about)
    left = installed[deployment, group] - already
    if count > left:
        numbers = {"count": str(count), "left": str(left)}
        raise RefusedError((Reason("fewer-to-commission", {**about, **numbers}),))
    return ledger.append(
        ledger_path, "commissioned", when=when, who=who, why=why, about=about,
        values={"count": count}, before={"commissioned": already},
    )  # fmt: skip


def _ending(record: RunRecord, case_id: str) -> CaseRecord:
    found = next((case for case in worst_endings(record) if case.id == case_id), None)
    if found is None:
        raise RefusedError((Reason("case-not-in-record", {"case": case_id}),))
    return found


def _digest(record: RunRecord) -> str:
    if record.footer is None:
        raise RefusedError((Reason("record-incomplete", {"run": record.header.run_id}),))
    return record.footer.digest


def _plainly(reason: Reason) -> str:
    details = ", ".join(f"{name} {value}" for name, value in reason.arguments.items() if value != "")
    return f"{reason.code}: {details}" if details else reason.code
