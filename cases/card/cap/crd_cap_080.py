"""Card, extended application: no completion without a pre-authorisation, no second one of a record."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-CAP-080",
    revision=1,
    purpose="The card refuses a completion without a pre-authorisation with 6973, a second pre-authorisation of the same record with 6972, and one without a record that was read with 6985.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-2", "PB-8"],
    applies_if="CARD.CONTACTLESS and CARD.CAPP and CARD.PREAUTHORISATION",
    sample="metro-record",
)
def completion_needs_its_hold(card: Card, run: CaseRun) -> None:
    with run.preamble("The record is read"):
        card.reset()
        card.contactless.select()
        card.extended.read(21, "0570")

    with run.step("A completion"):
        answer = card.contactless.initiate("1.00", told={0xDF60: "03"})
        expect.status(
            card, answer.response, "6973", command="GET PROCESSING OPTIONS", ref="JR/T 0025.14-2018"
        )

    with run.step("Two pre-authorisations of one record"):
        card.contactless.select()
        card.extended.read(21, "0570")
        card.contactless.initiate("1.00", told={0xDF60: "02"})
        card.contactless.finish()
        card.contactless.select()
        card.extended.read(21, "0570")
        answer = card.contactless.initiate("1.00", told={0xDF60: "02"})
        expect.status(
            card, answer.response, "6972", command="GET PROCESSING OPTIONS", ref="JR/T 0025.14-2018"
        )

    with run.step("One without a record"):
        card.contactless.select()
        answer = card.contactless.initiate("1.00", told={0xDF60: "02"})
        expect.status(
            card, answer.response, "6985", command="GET PROCESSING OPTIONS", ref="JR/T 0025.14-2018"
        )
