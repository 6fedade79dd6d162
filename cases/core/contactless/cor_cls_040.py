"""Contactless, CVM: online PIN by 9F6C."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-CLS-040",
    revision=1,
    purpose="The terminal takes an online PIN when 9F6C asks for it.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-4.6", "PB-7.4"],
    applies_if="TERMINAL.CONTACTLESS and TERMINAL.EC and TERMINAL.ONLINE_PIN",
    needs=("O1", "O2", "O3", "card", "capk"),
)
def online_pin_by_ctq(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card("electronic-cash", balance="50.00")

    with run.preamble("Terminal idle, field off, its acquirer within reach"):
        acquirer.know("6210948000000011")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(cvm_limit="10.00")

    with run.step("10.00 is paid with a CVM limit of 10.00"):
        terminal.pos.sell(card, "10.00", interface="contactless", pins="right")
        expect.recorded(terminal, "cvm", "020000", ref="JR/T 0025.12-2018")
        expect.outcome(terminal, "online approved", ref="JR/T 0025.12-2018")
