"""Card, GENERATE AC: not before GET PROCESSING OPTIONS."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-040",
    revision=1,
    purpose="The card refuses GENERATE AC with 6985 before GET PROCESSING OPTIONS.",
    refs=["JR/T 0025.5"],
    sources=["PB-2.gac"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def not_before_gpo(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("SELECT, then GENERATE AC"):
        listed = card.contact.cdol_data()
        card.reset()
        card.select("A0000003330101")
        answer = card.contact.send_generate_ac("TC", listed)
        expect.status(card, answer, "6985", command="GENERATE AC", ref="JR/T 0025.5")
