"""Card, GENERATE AC: the data must be as long as CDOL1 asks."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-080",
    revision=1,
    purpose="The card refuses GENERATE AC with 6700 when its data are one byte shorter than CDOL1 asks for.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.gac"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def data_length_must_match_the_cdol(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("One byte short"):
        answer = card.contact.send_generate_ac("TC", card.contact.cdol_data()[:-1])
        expect.status(card, answer, "6700", command="GENERATE AC", ref="JR/T 0025.5")
