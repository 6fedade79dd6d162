"""Electronic cash, contact: two currencies."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-ECA-070",
    revision=1,
    purpose="A terminal in the card's second currency is paid from the second purse, and the first keeps its balance.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="TERMINAL.CONTACT and TERMINAL.EC_CONTACT",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def paid_in_the_second_currency(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card("dual-currency", elements={0x8E: bytes.fromhex("00000000000000001F00")})

    with run.preamble("Terminal in Hong Kong dollars, idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(currency="0344", cash_limit="200.00", capabilities="6028C8")

    with run.step("10.00 Hong Kong dollars are paid"):
        dialogue = terminal.pos.sell(card, "10.00")
        expect.requested(dialogue, "TC", ref="JR/T 0025.13-2018")
        expect.recorded(terminal, "electronic cash", "yes", ref="JR/T 0025.13-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")
