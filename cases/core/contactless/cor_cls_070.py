"""Contactless, fDDA: online by 9F6C b6."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-070",
    revision=1,
    purpose="The terminal goes online when fDDA fails and 9F6C b6 is set.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def forged_fdda_online(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash",
        balance="50.00",
        probe="fdda-signature-forged",
        elements={0x9F6C: bytes.fromhex("2000")},
    )

    with run.preamble("Terminal idle on 4 May 2026, its acquirer mute"):
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        acquirer.ignore_requests(9)
        terminal.pos.accept()

    with run.step("One bit of 9F4B is turned; 9F6C is 2000"):
        terminal.pos.sell(card, "10.00", interface="contactless")
        expect.outcome(terminal, "unable to go online, declined", ref="JR/T 0025.12-2018")
        expect.recorded(terminal, "response", "Z3", ref="JR/T 0025.12-2018")
