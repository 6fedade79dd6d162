"""Electronic cash, contact: more than the balance."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-ECA-050",
    revision=1,
    purpose="The terminal goes on with debit when the card does not pay from its electronic cash.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="TERMINAL.CONTACT and TERMINAL.EC_CONTACT",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def more_than_the_balance(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="5.00", elements={0x8E: bytes.fromhex("00000000000000001F00")})

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(cash_limit="200.00", capabilities="6028C8")

    with run.step("A card with 5.00 is asked for 10.00"):
        terminal.pos.sell(card, "10.00")
        expect.recorded(terminal, "electronic cash", "no", ref="JR/T 0025.13-2018")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.13-2018")
        expect.balance(card, "5.00", ref="JR/T 0025.13-2018")
