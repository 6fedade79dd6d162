"""Card, GET DATA: the electronic cash balance can be read freely."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-DAT-010",
    revision=1,
    purpose="The card answers GET DATA 9F79 with the balance as a data object of six BCD bytes, and an unknown tag with 6A88.",
    refs=["JR/T 0025.13-2018", "JR/T 0025.5"],
    sources=["PB-2", "PB-3"],
    applies_if="CARD.EC",
)
def balance_is_read_freely(card: Card, run: CaseRun) -> None:
    with run.preamble("The application is selected"):
        card.reset()
        card.select("A0000003330101")

    with run.step("GET DATA 9F79"):
        answer = card.get_data(0x9F79)
        expect.status(card, answer, "9000", command="GET DATA", ref="JR/T 0025.13-2018")
        expect.bcd_object(card, answer, 0x9F79, 6, ref="JR/T 0025.13-2018")

    with run.step("GET DATA of a tag that no card has"):
        answer = card.get_data(0x9F00)
        expect.status(card, answer, "6A88", command="GET DATA", ref="JR/T 0025.5")
