"""Card, GENERATE AC 2: what the issuer declined is declined."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-GAC-280",
    revision=1,
    purpose="The card answers an AAC when the terminal asks for a TC and the response code (8A) is no approval.",
    refs=["JR/T 0025.5"],
    sources=["PB-11.5.codes"],
    applies_if="CARD.CONTACT and CARD.DEBIT_CREDIT",
    interface="contact",
)
def issuers_decline_holds(card: Card, run: CaseRun) -> None:
    with run.preamble("A transaction has begun and its records are read"):
        card.reset()
        card.contact.initiate()

    with run.step("A TC asked for behind response code 05"):
        card.contact.generate_ac("ARQC")
        answer = card.contact.generate_ac("TC", told={0x8A: "3035"})
        expect.decision(card, answer, "AAC", ref="JR/T 0025.5")
