"""Card, qPBOC: the answer to an online tap names no records."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-190",
    revision=1,
    purpose="The card's answer to a tap that goes online holds track 2, cryptogram and 9F6C and no AFL.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
)
def online_answer_names_no_records(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap with TTQ 36800080"):
        answer = card.contactless.start(amount="1.00", told={0x9F66: "36800080"})
        expect.tag_present(card, answer.response, 0x57, ref="JR/T 0025.12-2018")
        expect.tag_present(card, answer.response, 0x9F26, ref="JR/T 0025.12-2018")
        expect.tag_present(card, answer.response, 0x9F6C, ref="JR/T 0025.12-2018")
        expect.equal(
            0x94 in card.contactless.card, False, what="an AFL in the answer", ref="JR/T 0025.12-2018"
        )
