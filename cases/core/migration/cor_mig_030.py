"""Migration: the stripe after a chip that failed."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "COR-MIG-030",
    revision=1,
    purpose="After a chip that could not be read, the terminal refuses the stripe of the same card: fallback was closed on 2014-10-31.",
    refs=["Closing of fallback transactions 2014"],
    sources=["MG-03"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS and TERMINAL.STRIPE",
    needs=("O3", "O5", "host", "card", "stripe", "tear"),
)
def no_fallback_after_a_failed_chip(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card("debit-credit", pan="6210948000000011")

    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital)

    with run.step("Put in a card whose chip loses contact"):
        terminal.counter.start("B1")
        failed = terminal.insert(card, withdraw=sim.torn_before("SELECT"))
        expect.not_indicated(failed, "accepted", ref="Closing of fallback transactions 2014")

    with run.step("Draw its stripe"):
        swiped = terminal.swipe(sim.stripe("6210948000000011", service_code="220"))
        expect.not_indicated(swiped, "accepted", ref="Closing of fallback transactions 2014")
        expect.request_count(acquirer, 0, ref="Closing of fallback transactions 2014")
