"""Contact, CDA: forged ICC certificate."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-440",
    revision=1,
    purpose="The terminal sets B1b3 of the TVR when the ICC certificate does not verify.",
    refs=["EMV Book 2"],
    sources=["PB-6.1"],
    applies_if="TERMINAL.CONTACT and TERMINAL.CDA",
    needs=("O1", "O2", "card", "capk"),
)
def forged_certificate(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("debit-credit", probe="icc-certificate-forged")

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(capabilities="6028C8")

    with run.step("One bit of 9F46 is turned"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, "cda_failed", ref="EMV Book 2")
        expect.tsi(
            terminal, "oda", "cvm", "card_risk_management", "terminal_risk_management", ref="EMV Book 2"
        )
