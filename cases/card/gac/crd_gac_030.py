"""Card, GENERATE AC: no cryptogram comes twice."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-030",
    revision=1,
    purpose="The card gives another cryptogram in another transaction with the same terminal data.",
    refs=["JR/T 0025.5"],
    sources=["PB-5.session"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def cryptogram_changes(card: Card, run: CaseRun) -> None:
    with run.preamble("Power on"):
        card.reset()

    with run.step("Two transactions with the same data"):
        earlier = card.contact.pay("ARQC", told={0x9F37: "12345678"})
        later = card.contact.pay("ARQC", told={0x9F37: "12345678"})
        expect.not_repeated(
            card, earlier.value, later.value, what="application cryptogram", ref="JR/T 0025.5"
        )
