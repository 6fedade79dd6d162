"""Contactless, a TC that goes online: approved."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-180",
    revision=1,
    purpose="The terminal approves what the issuer approves when it went online with a TC by 9F6C b6.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def certificate_approved_online(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash",
        balance="50.00",
        probe="fdda-signature-forged",
        elements={0x9F6C: bytes.fromhex("2000")},
    )

    with run.preamble("Terminal idle on 4 May 2026; the account holds 100.00"):
        acquirer.know("6210948000000011", balance="100.00")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept()

    with run.step("One bit of 9F4B is turned; the issuer approves 10.00"):
        dialogue = terminal.pos.sell(card, "10.00", interface="contactless")
        expect.cryptogram(dialogue, "TC", ref="JR/T 0025.12-2018")
        expect.outcome(terminal, "online approved", ref="JR/T 0025.12-2018")
        expect.recorded(terminal, "response", "00", ref="JR/T 0025.12-2018")
