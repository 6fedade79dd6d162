"""Electronic cash, contact: paid offline."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-ECA-010",
    revision=1,
    purpose="The terminal asks for electronic cash below its limit, and the card pays 10.00 from it.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="TERMINAL.CONTACT and TERMINAL.EC_CONTACT",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def paid_from_cash(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash", balance="50.00", elements={0x8E: bytes.fromhex("00000000000000001F00")}
    )

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(cash_limit="200.00", capabilities="6028C8")

    with run.step("A card with 50.00 pays 10.00"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "TC", ref="JR/T 0025.13-2018")
        expect.recorded(terminal, "electronic cash", "yes", ref="JR/T 0025.13-2018")
        expect.outcome(terminal, "offline approved", ref="JR/T 0025.13-2018")
        expect.balance(card, "40.00", ref="JR/T 0025.13-2018")
