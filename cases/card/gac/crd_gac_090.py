"""Card, GENERATE AC: CDA only where the AIP announces it."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-090",
    revision=1,
    purpose="The card without CDA refuses GENERATE AC that asks for it with 6985.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.gac"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT and not CARD.CDA",
    interface="contact",
)
def cda_needs_the_aip(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("GENERATE AC with CDA"):
        answer = card.contact.send_generate_ac("TC", card.contact.cdol_data(), cda=True)
        expect.status(card, answer, "6985", command="GENERATE AC", ref="JR/T 0025.5")
