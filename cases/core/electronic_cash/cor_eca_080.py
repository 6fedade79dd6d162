"""Electronic cash, contact: a PIN for what goes online."""

from conformance.api import Acquirer, CaseRun, Terminal, case, expect, sim


@case(
    "COR-ECA-080",
    revision=1,
    purpose="The terminal asks the cardholder for a PIN when electronic cash goes online because of the reset threshold.",
    refs=["JR/T 0025.13-2018"],
    sources=["PB-7.6"],
    applies_if="TERMINAL.CONTACT and TERMINAL.EC_CONTACT and TERMINAL.ONLINE_PIN",
    needs=("O1", "O2", "O3", "O9", "card", "capk"),
)
def pin_below_reset_threshold(terminal: Terminal, acquirer: Acquirer, run: CaseRun) -> None:
    card = sim.card(
        "electronic-cash",
        balance="50.00",
        elements={0x8E: bytes.fromhex("00000000000000001F00"), 0x9F6D: bytes.fromhex("000000004500")},
    )

    with run.preamble("Terminal idle; the account's PIN is 1234"):
        acquirer.know("6210948000000011", pin="1234")
        terminal.ready(date="2026-05-04", acquirer=acquirer)
        terminal.pos.accept(cash_limit="200.00")

    with run.step("10.00 of 50.00, with a threshold of 45.00; the right PIN is entered"):
        dialogue = terminal.pos.sell(card, "10.00", pins="right")
        expect.requested(dialogue, "ARQC", "TC", ref="JR/T 0025.13-2018")
        expect.request_field(acquirer, 22, "051", kind="sale", ref="JR/T 0025.13-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")
