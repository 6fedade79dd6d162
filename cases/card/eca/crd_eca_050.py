"""Card, qPBOC: a reader that asks for an online cryptogram gets one."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-ECA-050",
    revision=1,
    purpose="The card answers with an ARQC and keeps its balance when the reader asks for an online cryptogram (TTQ byte 2 bit 8).",
    refs=["JR/T 0025.12-2018", "JR/T 0025.13-2018"],
    sources=["PB-7.3", "PB-4.5"],
    applies_if="CARD.CONTACTLESS and CARD.QPBOC and CARD.EC",
    sample="balance-50",
)
def reader_asks_for_online(card: Card, run: CaseRun) -> None:
    with run.preamble("Field on"):
        card.reset()

    with run.step("A tap over 1.00 with TTQ 36800080"):
        answer = card.contactless.pay(amount="1.00", told={0x9F66: "36800080"})
        expect.decision(card, answer, "ARQC", ref="JR/T 0025.12-2018")
        expect.balance(card, "50.00", ref="JR/T 0025.13-2018")
