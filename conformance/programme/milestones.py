"""Computes how every milestone stands, at its deadline and on the as-of date, and why (design 8).

Nothing here looks at the clock. What is judged for a day rests only on what held on that day, so a later
expiry or withdrawal never rewrites the status at the deadline.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from conformance.codec.names import nearest
from conformance.model.programme import (
    CertificateView,
    DeploymentView,
    FailingCase,
    GroupView,
    Judgement,
    MilestoneView,
    ProgrammeView,
    Reason,
    RunView,
    Status,
)
from conformance.programme import ledger
from conformance.programme.certificate import read_certificate, spelled
from conformance.programme.refusal import blocking_cases, rests_on_simulation, run_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    from conformance.model.programme import (
        Certificate,
        Deployment,
        DeviceGroup,
        LedgerEntry,
        Milestone,
        Programme,
    )
    from conformance.model.run import CaseRecord, RunRecord


@dataclass(frozen=True, slots=True)
class RunEvidence:
    """A run and where its report is, as the programme's page reaches it.

    `product` is the id under which deployments name what was tested.
    """

    product: str
    record: RunRecord
    href: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """All that a judgement rests on, whatever the day."""

    programme: Programme
    certificates: tuple[Certificate, ...]
    entries: tuple[LedgerEntry, ...]

    def about(self, kind: str, day: date, **about: str) -> tuple[LedgerEntry, ...]:
        """What the ledger holds of one kind about one thing, decided by that day."""
        return tuple(
            entry
            for entry in self.entries
            if entry.kind == kind and entry.when <= day and about.items() <= entry.about.items()
        )


def compute(
    programme: Programme,
    certificates: Path,
    ledger_path: Path,
    as_of: date | None,
    runs: Sequence[RunEvidence],
) -> ProgrammeView:
    """Compute the programme's page; `certificates` is the folder of NUMBER.json files, which may not exist.

    Without `as_of` the day is that of the newest record: ledger entry, certificate or run, and with none of
    them the day on which the directive was published. Raises `LedgerError` and `DocumentErrors`.
    """
    found = tuple(read_certificate(path) for path in sorted(certificates.glob("*.json")))
    evidence = Evidence(programme, found, ledger.read(ledger_path))
    _check_names(evidence, ledger_path)
    day = as_of or _newest(evidence, runs)
    newest_runs = tuple(_newest_run(product, runs) for product in sorted({run.product for run in runs}))
    certificate_views = tuple(_certificate_view(each, evidence, day, runs) for each in found)
    shown = _Shown(day, certificate_views, newest_runs)
    return ProgrammeView(
        programme=programme,
        as_of=day,
        simulated=any(each.simulated for each in found) or any(run.simulated for run in newest_runs),
        milestones=tuple(_milestone_view(each, evidence, shown) for each in programme.directive.milestones),
        certificates=certificate_views,
        runs=newest_runs,
        entries=evidence.entries,
    )


def _check_names(evidence: Evidence, ledger_path: Path) -> None:
    """Refuse a ledger that decides about deployments or device groups that are not there."""
    groups = {each.id: [group.id for group in each.groups] for each in evidence.programme.deployments}
    for entry in evidence.entries:
        deployment = entry.about.get("deployment")
        group = entry.about.get("group")
        if deployment is not None and deployment not in groups:
            _unknown(ledger_path, entry, deployment, groups)
        if deployment is not None and group is not None and group not in groups[deployment]:
            _unknown(ledger_path, entry, group, groups[deployment])


def _unknown(ledger_path: Path, entry: LedgerEntry, name: str, names: Iterable[str]) -> None:
    close = nearest(name, names)
    hint = f'; did you mean "{close}"?' if close else ""
    raise ledger.LedgerError(
        ledger_path, entry.number, f'the line is about "{name}", which is not there{hint}'
    )


# What holds on a day


def certificate_state(certificate: Certificate, evidence: Evidence, day: date) -> Reason:
    """Say what a certificate is on a day; only "certificate-valid" lets it count."""
    valid = {"number": certificate.number, "until": certificate.valid_until.isoformat()}
    return next(_flaws(certificate, evidence, day), Reason("certificate-valid", valid))


def _flaws(certificate: Certificate, evidence: Evidence, day: date) -> Iterator[Reason]:
    """Find what keeps a certificate from being valid on a day, the weightiest first."""
    number, digest = certificate.number, hashlib.sha256(spelled(certificate)).hexdigest()
    if day < certificate.issued:
        yield Reason("certificate-not-yet", {"number": number, "on": certificate.issued.isoformat()})
    issued = evidence.about("issued", day, certificate=number)
    if not issued:
        yield Reason("certificate-not-in-ledger", {"number": number})
    elif issued[0].values["certificate"] != digest:
        yield Reason("certificate-altered", {"number": number})
    for entry in evidence.about("withdrawn", day, certificate=number):
        arguments = {"number": number, "on": entry.when.isoformat(), "who": entry.who, "why": entry.why}
        yield Reason("certificate-withdrawn", arguments)
    for entry in evidence.about("superseded", day, certificate=number):
        arguments = {"number": number, "on": entry.when.isoformat(), "by": entry.values["by"]}
        yield Reason("certificate-superseded", arguments)
    if day > certificate.valid_until:
        yield Reason("certificate-expired", {"number": number, "on": certificate.valid_until.isoformat()})
    lifted = max((each.number for each in evidence.about("reinstated", day, certificate=number)), default=0)
    for entry in evidence.about("suspended", day, certificate=number):
        if entry.number > lifted and day.isoformat() <= entry.values.get("until", "9999"):
            arguments = {"number": number, "on": entry.when.isoformat(), "who": entry.who, "why": entry.why}
            yield Reason("certificate-suspended", arguments)


def group_reasons(
    deployment: Deployment, group: DeviceGroup, milestone: Milestone, evidence: Evidence, day: date
) -> Iterator[Reason]:
    """Say everything that keeps a device group from counting on a day; nothing when it counts."""
    if group.withdrawn is not None and group.withdrawn <= day:
        yield Reason("devices-withdrawn", {"on": group.withdrawn.isoformat()})
    if _commissioned(deployment, group, evidence, day) == 0:
        yield Reason("not-commissioned", {"group": group.id})
    yield from certificate_reasons(group, milestone, evidence, day)


def certificate_reasons(
    group: DeviceGroup, milestone: Milestone, evidence: Evidence, day: date
) -> Iterator[Reason]:
    """Say why no certificate covers a device group on a day, by the certificate that comes nearest to it."""
    best = _best(group, milestone, evidence, day)
    if milestone.profile is None:
        yield Reason("no-profile", {"sector": milestone.sector})
    elif best is None:
        yield Reason("no-certificate", {"product": group.product, "profile": milestone.profile})
    else:
        yield from _against_certificate(best, group, evidence, day)


def _against_certificate(
    certificate: Certificate, group: DeviceGroup, evidence: Evidence, day: date
) -> Iterator[Reason]:
    state = certificate_state(certificate, evidence, day)
    if state.code != "certificate-valid":
        yield state
    if certificate.simulated and not evidence.programme.synthetic:
        yield Reason("simulated-does-not-count", {"programme": evidence.programme.id})
    if certificate.demonstration and not evidence.programme.synthetic:
        yield Reason("demonstration-does-not-count", {"programme": evidence.programme.id})
    running = group.firmware_on(day)
    certified = certificate.product["firmware"]
    if running is None:
        yield Reason("firmware-unknown", {"group": group.id})
    elif running.version != certified:
        yield Reason("firmware-differs", {"field": running.version, "certified": certified})
    elif running.digest and running.digest != certificate.product["firmware_digest"]:
        arguments = {"field": running.digest[:12], "certified": certificate.product["firmware_digest"][:12]}
        yield Reason("firmware-digest-differs", arguments)


def _best(group: DeviceGroup, milestone: Milestone, evidence: Evidence, day: date) -> Certificate | None:
    """Find the certificate for a group's product and a milestone's profile that lacks least, newest first."""
    about = [each for each in evidence.certificates if each.product["id"] == group.product]
    newest = sorted(about, key=lambda each: (each.issued, each.number), reverse=True)
    fitting = [each for each in newest if each.profile == milestone.profile]
    return min(
        fitting, key=lambda each: len(list(_against_certificate(each, group, evidence, day))), default=None
    )


def _commissioned(deployment: Deployment, group: DeviceGroup, evidence: Evidence, day: date) -> int:
    """Count what was put into service by a day, never more than there is."""
    entries = evidence.about("commissioned", day, deployment=deployment.id, group=group.id)
    return min(group.count, sum(int(entry.values["count"]) for entry in entries))


def deployment_reasons(deployment: Deployment, evidence: Evidence, day: date) -> Iterator[Reason]:
    """Say what keeps a whole deployment from counting on a day."""
    if not evidence.about("accepted", day, deployment=deployment.id):
        yield Reason("not-accepted", {"deployment": deployment.id})
    if not evidence.programme.site(deployment.site).validity.covers(day):
        yield Reason("site-not-there", {"site": deployment.site})


def _counted(deployment: Deployment, milestone: Milestone, evidence: Evidence, day: date) -> int:
    """Count what of a deployment meets the milestone: vehicles, lanes or windows; or the site as a whole."""
    if any(deployment_reasons(deployment, evidence, day)):
        return 0
    counting = [
        group
        for group in deployment.groups
        if not any(group_reasons(deployment, group, milestone, evidence, day))
    ]
    counts = [_commissioned(deployment, group, evidence, day) for group in counting]
    if milestone.population is None or milestone.population.kind != "sites":
        return sum(counts)
    present = [each for each in deployment.groups if each.withdrawn is None or each.withdrawn > day]
    return int(bool(present) and counting == present and counts == [group.count for group in present])


# How a milestone stands


def judge(milestone: Milestone, evidence: Evidence, day: date) -> Judgement:
    """Judge a milestone by what held on one day."""
    deployments = _deployments(milestone, evidence.programme)
    counted = sum(_counted(each, milestone, evidence, day) for each in deployments)
    population = milestone.population
    total = population.count if population else None
    needed = None if total is None else -(-total * milestone.threshold // 100)
    reasons = tuple(_shortfall(milestone, evidence, counted, needed))
    status = _status(milestone, day, {reason.code for reason in reasons})
    return Judgement(day, status, counted, total, needed, None, reasons)


def _status(milestone: Milestone, day: date, lacking: set[str]) -> Status:
    if milestone.deadline is None:
        return Status.NO_DEADLINE
    if not lacking:
        return Status.MET
    if day < milestone.deadline:
        return Status.NOT_YET_DUE
    return Status.NOT_MET if lacking <= {"below-threshold", "no-deployment"} else Status.UNKNOWN


def _shortfall(
    milestone: Milestone, evidence: Evidence, counted: int, needed: int | None
) -> Iterator[Reason]:
    """Say what is missing to call a milestone met: a denominator, knowledge of what there is, or devices."""
    population = milestone.population
    if population is None:
        yield Reason("no-measure")
        return
    source = {f"source_{language}": words for language, words in population.source.items()}
    if needed is None:
        yield Reason("denominator-unknown", source)
    elif not population.certainty.firm:
        known = f"{population.count} ({population.certainty})"
        yield Reason("denominator-unconfirmed", {"total": known, **source})
    if needed is None or counted < needed:
        if evidence.programme.coverage != "complete":
            yield Reason("deployments-not-known", {"coverage": evidence.programme.coverage})
        elif not _deployments(milestone, evidence.programme):
            yield Reason("no-deployment")
        if needed is not None:
            yield Reason("below-threshold", {"counted": counted, "needed": needed})


def _milestone_view(milestone: Milestone, evidence: Evidence, shown: _Shown) -> MilestoneView:
    as_of = shown.day
    installed = _deployments(milestone, evidence.programme)
    deployments = tuple(_deployment_view(each, milestone, evidence, shown) for each in installed)
    now = judge(milestone, evidence, as_of)
    if milestone.deadline is None:
        return MilestoneView(milestone, None, now, deployments)
    if as_of < milestone.deadline:
        ahead = Judgement(
            milestone.deadline, Status.NOT_YET_DUE, now.counted, now.total, now.needed, None, ()
        )
        return MilestoneView(milestone, ahead, _since(now, milestone, evidence), deployments)
    then = _since(judge(milestone, evidence, milestone.deadline), milestone, evidence)
    return MilestoneView(milestone, then, _late(then, _since(now, milestone, evidence)), deployments)


def _late(then: Judgement, now: Judgement) -> Judgement:
    """Call a milestone met late that was not met at its deadline and is met now."""
    if now.status is Status.MET and then.status is Status.NOT_MET:
        return replace(now, status=Status.MET_LATE)
    return now


def _since(judgement: Judgement, milestone: Milestone, evidence: Evidence) -> Judgement:
    """Add the first day on which a met milestone was met."""
    if judgement.status is not Status.MET:
        return judgement
    days = (day for day in _turning_days(evidence) if day <= judgement.day)
    first = next((day for day in days if judge(milestone, evidence, day).status is Status.MET), judgement.day)
    return replace(judgement, since=first)


def _turning_days(evidence: Evidence) -> list[date]:
    """Every day on which something can begin to count."""
    groups = (group for each in evidence.programme.deployments for group in each.groups)
    firmware = {each.since for group in groups for each in group.firmware}
    return sorted(firmware | {entry.when for entry in evidence.entries})


def _deployments(milestone: Milestone, programme: Programme) -> list[Deployment]:
    return [each for each in programme.deployments if programme.site(each.site).milestone == milestone.id]


# What the page shows besides


@dataclass(frozen=True, slots=True)
class _Shown:
    """What the page shows of certificates and runs, and on which day."""

    day: date
    certificates: tuple[CertificateView, ...]
    runs: tuple[RunView, ...]


def _deployment_view(
    deployment: Deployment, milestone: Milestone, evidence: Evidence, shown: _Shown
) -> DeploymentView:
    programme = evidence.programme
    accepted = evidence.about("accepted", shown.day, deployment=deployment.id)
    against_all = tuple(deployment_reasons(deployment, evidence, shown.day))
    groups = tuple(_group_view(deployment, each, milestone, evidence, shown) for each in deployment.groups)
    return DeploymentView(
        deployment=deployment,
        site=programme.site(deployment.site),
        unit=programme.unit(deployment.unit),
        accepted=accepted[0].when if accepted else None,
        counted=_counted(deployment, milestone, evidence, shown.day),
        reasons=against_all,
        groups=groups,
    )


def _group_view(
    deployment: Deployment, group: DeviceGroup, milestone: Milestone, evidence: Evidence, shown: _Shown
) -> GroupView:
    against = tuple(group_reasons(deployment, group, milestone, evidence, shown.day))
    commissioned = _commissioned(deployment, group, evidence, shown.day)
    partly = Reason("partly-commissioned", {"commissioned": commissioned, "count": group.count})
    running = group.firmware_on(shown.day)
    best = _best(group, milestone, evidence, shown.day)
    return GroupView(
        group=group,
        firmware=running.version if running else None,
        commissioned=commissioned,
        reasons=(*against, partly) if 0 < commissioned < group.count else against,
        certificate=next((each for each in shown.certificates if each.certificate is best), None),
        run=next((run for run in shown.runs if run.product == group.product), None),
        counts=not against,
    )


def _certificate_view(
    certificate: Certificate, evidence: Evidence, day: date, runs: Sequence[RunEvidence]
) -> CertificateView:
    run_id = certificate.record["run_id"]
    behind = next((_run_view(run) for run in runs if run.record.header.run_id == run_id), None)
    state = certificate_state(certificate, evidence, day)
    return CertificateView(certificate, state, f"certificates/{certificate.number}.html", behind)


def _newest_run(product: str, runs: Sequence[RunEvidence]) -> RunView:
    own = [run for run in runs if run.product == product]
    return _run_view(max(own, key=lambda run: (run.record.header.started, run.record.header.run_id)))


def _run_view(run: RunEvidence) -> RunView:
    header = run.record.header
    return RunView(
        product=run.product,
        run_id=header.run_id,
        day=run_day(run.record),
        simulated=rests_on_simulation(header),
        certifies=header.certifies,
        complete=run.record.complete,
        counts={str(verdict): number for verdict, number in run.record.counts.items()},
        failing=tuple(_failing(case, run) for case in blocking_cases(run.record)),
        href=run.href,
    )


def _failing(case: CaseRecord, run: RunEvidence) -> FailingCase:
    title = run.record.entry(case.id).title
    href = f"{run.href}#case-{case.id}"
    return FailingCase(case.id, title, case.verdict, case.headline, case.reason, href)


def _newest(evidence: Evidence, runs: Sequence[RunEvidence]) -> date:
    days = [entry.when for entry in evidence.entries]
    days += [each.issued for each in evidence.certificates]
    days += [run_day(run.record) for run in runs]
    return max(days, default=evidence.programme.directive.published)
