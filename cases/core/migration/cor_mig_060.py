"""Migration: no application in common."""

from conformance.api import Acquirer, CaseRun, Hospital, Terminal, case, expect, sim


@case(
    "COR-MIG-060",
    revision=1,
    purpose="A card that has no application in common with the terminal never pays by its stripe, even where the terminal allows fallback.",
    refs=["Closing of fallback transactions 2014"],
    sources=["MG-06"],
    applies_if="TERMINAL.CONTACT and TERMINAL.ONLINE_PIN and TERMINAL.HOSPITAL_BILLS and TERMINAL.STRIPE",
    needs=("O3", "O5", "host", "card", "stripe"),
)
def no_common_application_never_falls_back(
    terminal: Terminal, acquirer: Acquirer, hospital: Hospital, run: CaseRun
) -> None:
    card = sim.card(
        "debit-credit", elements={0x4F: bytes.fromhex("A000000999010101")}, pan="6210948000000011"
    )

    with run.preamble("Bill B1 over 120.50 is open, the card holds 1000.00"):
        acquirer.know("6210948000000011", pin="123456")
        hospital.issue(B1="120.50")
        terminal.ready(acquirer=acquirer)
        terminal.counter.open(hospital, fallback=True)

    with run.step("Put in a card of another scheme"):
        refused = terminal.counter.pay(card, "B1")
        expect.not_indicated(refused, "accepted", ref="Closing of fallback transactions 2014")

    with run.step("Draw its stripe"):
        terminal.swipe(sim.stripe("6210948000000011", service_code="220"))
        expect.request_count(acquirer, 0, ref="Closing of fallback transactions 2014")
