"""Contactless: an expired application goes online."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-100",
    revision=1,
    purpose="The terminal goes online with an expired application when 9F6C b4 is set.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def expired_online(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash", balance="50.00", expires="260503", elements={0x9F6C: bytes.fromhex("0800")}
    )

    with run.preamble("Terminal idle on 4 May 2026, its acquirer mute"):
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        acquirer.ignore_requests(9)
        terminal.pos.accept()

    with run.step("5F24 is the day before; 9F6C is 0800"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.outcome(terminal, "unable to go online, declined", ref="JR/T 0025.12-2018")
