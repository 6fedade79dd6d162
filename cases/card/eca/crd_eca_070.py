"""Card, qPBOC: a card without PIN tries goes online."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-ECA-070",
    revision=1,
    purpose="The card without PIN tries left answers an online-capable reader with an ARQC and an offline-only reader with an AAC, where 9F68 asks for the check.",
    refs=["JR/T 0025.12-2018"],
    sources=["PB-7.3", "PB-4.7"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="no-pin-tries",
)
def pin_tries_send_online(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap over 1.00 at an online-capable reader"):
        answer = card.contactless.start(amount="1.00", told={0x9F66: "36000080"})
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.12-2018")
        expect.cvr_says(card, answer, Cvr.PIN_TRIES_EXCEEDED, ref="JR/T 0025.12-2018")

    with run.step("The same at an offline-only reader"):
        card.reset()
        answer = card.contactless.start(amount="1.00")
        expect.decision(card, answer, "AAC", ref="JR/T 0025.12-2018")
