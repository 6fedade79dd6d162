"""Card, PPSE: the directory stands in the FCI."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-SEL-050",
    revision=1,
    purpose="The card's proximity environment lists its application in its FCI, with AID and priority.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-1"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC",
)
def ppse_lists_the_applications(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("SELECT 2PAY.SYS.DDF01"):
        answer = card.select("325041592E5359532E4444463031")
        expect.status(card, answer, "9000", command="SELECT", ref="JR/T 0025.12-2018")
        expect.tag_present(card, answer, 0xBF0C, ref="JR/T 0025.12-2018")
        expect.tag_present(card, answer, 0x4F, ref="JR/T 0025.12-2018")
        expect.tag_present(card, answer, 0x87, ref="JR/T 0025.12-2018")
