"""Contact, TVR B1b3: forged combined signature."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-160",
    revision=1,
    purpose="The terminal sets B1b3 of the TVR when the signature in the answer to GENERATE AC does not verify.",
    refs=["EMV Book 2", "JR/T 0025.6"],
    sources=["PB-4.2", "PB-11.2"],
    applies_if="TERMINAL.CONTACT and TERMINAL.CDA",
    needs=("O1", "O2", "card", "capk"),
)
def cda_failed(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", probe="cda-signature-forged")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("One bit of 9F4B in the answer to GENERATE AC is turned"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "cda_failed", ref="EMV Book 2")
        expect.outcome(terminal, "offline declined", ref="JR/T 0025.6")
