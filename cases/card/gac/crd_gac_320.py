"""Card, GENERATE AC: the CVR tells both decisions."""

from conformance.api import Card, CaseRun, Cvr, case, expect


@case(
    "CRD-GAC-320",
    revision=1,
    purpose='The card\'s CVR says ARQC and "second not requested" at first, and both ARQC and TC at second.',
    refs=["JR/T 0025.5"],
    sources=["PB-4.3.cvr.b2"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def cvr_tells_both_decisions(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("Online, and approved"):
        answer = card.contact.generate_ac("ARQC")
        expect.cvr_says(card, answer, Cvr.FIRST_ARQC | Cvr.SECOND_NOT_REQUESTED, ref="JR/T 0025.5")
        expect.cvr_silent(card, answer, Cvr.FIRST_TC, ref="JR/T 0025.5")
        answer = card.contact.generate_ac("TC")
        expect.cvr_says(card, answer, Cvr.FIRST_ARQC | Cvr.SECOND_TC, ref="JR/T 0025.5")
        expect.cvr_silent(card, answer, Cvr.SECOND_NOT_REQUESTED, ref="JR/T 0025.5")
