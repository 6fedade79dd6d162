"""Electronic cash, contact: amount at the terminal's limit."""

from conformance.api import CaseRun, Terminal, case, expect, sim


@case(
    "COR-ECA-020",
    revision=1,
    purpose="The terminal does not ask for electronic cash when the amount is not below 9F7B.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="TERMINAL.CONTACT and TERMINAL.EC_CONTACT",
    needs=("O1", "O2", "O9", "card", "capk"),
)
def at_the_limit(terminal: Terminal, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash", balance="50.00", elements={0x8E: bytes.fromhex("00000000000000001F00")}
    )

    with run.preamble("Terminal idle on 4 May 2026, without a PIN pad"):
        terminal.ready(date="2026-05-04")
        terminal.pos.accept(cash_limit="10.00", capabilities="6028C8")

    with run.step("10.00 is paid with a limit of 10.00"):
        terminal.pos.sell(card, "10.00")
        expect.recorded(terminal, "electronic cash", "no", ref="JR/T 0025.13-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")
