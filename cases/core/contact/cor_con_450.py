"""Contact, SM: DDA with SM2."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-CON-450",
    revision=1,
    purpose="The terminal tells the card by DF69 that it has SM2, and verifies the card's SM2 certificates.",
    refs=["JR/T 0025.17"],
    sources=["PB-6.3"],
    applies_if="TERMINAL.CONTACT and TERMINAL.SM",
    needs=("O1", "O2", "card", "capk"),
)
def sm_beside_rsa(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("sm-beside-rsa", elements={0x8E: bytes.fromhex("00000000000000001F00")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(sm=True, electronic_cash=False, capabilities="6028C8")

    with run.step("The terminal has a CA key of SM2, the card both algorithms"):
        terminal.pos.sell(card, "10.00")
        expect.tvr(terminal, ref="JR/T 0025.17")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.17")
