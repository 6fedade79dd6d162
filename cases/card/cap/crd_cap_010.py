"""Card, extended application: unknown files and records are told."""

from conformance.api import Card, CaseRun, case, expect


@case(
    "CRD-CAP-010",
    revision=1,
    purpose="The card answers READ CAPP DATA with 6A82 for a file and with 6A83 for a record that it has not.",
    refs=["JR/T 0025.14-2018"],
    sources=["PB-8", "PB-2"],
    applies_if="CARD.CONTACTLESS and CARD.CAPP",
    sample="metro-record",
)
def unknown_records_are_told(card: Card, run: CaseRun) -> None:
    with run.preamble("The application is selected"):
        card.reset()
        card.contactless.select()

    with run.step("File 28, then record FFFF of file 21"):
        absent, unknown = card.extended.read(28, "0570"), card.extended.read(21, "FFFF")
        expect.status(card, absent, "6A82", command="READ CAPP DATA", ref="JR/T 0025.14-2018")
        expect.status(card, unknown, "6A83", command="READ CAPP DATA", ref="JR/T 0025.14-2018")
