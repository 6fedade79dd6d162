"""Contactless, pre-processing: floor limit."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-030",
    revision=1,
    purpose="The terminal asks for an online cryptogram and goes online when the amount exceeds its floor limit.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.1"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.ONLINE",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def above_the_floor_limit(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Terminal idle, field off, its acquirer within reach"):
        acquirer.know("6210948000000011")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(floor_limit="5.00")

    with run.step("10.00 is paid with a floor limit of 5.00"):
        dialogue = terminal.pos.sell(card, "10.00", interface="contactless")
        expect.cryptogram(dialogue, "ARQC", ref="JR/T 0025.12-2018")
        expect.outcome(terminal, "online approved", ref="JR/T 0025.12-2018")
