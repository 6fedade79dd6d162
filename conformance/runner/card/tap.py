"""A qPBOC transaction as a case drives it: GET PROCESSING OPTIONS decides, the last record commits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from conformance.codec import apdu
from conformance.codec.afl import Afl, AflError
from conformance.codec.tags import Tag
from conformance.codec.values import Track2, fen, to_bcd
from conformance.kernel.answers import template
from conformance.kernel.select import parse_fci
from conformance.kernel.termination import TerminatedError
from conformance.runner.card import issuer as judged
from conformance.runner.card import told as terminal
from conformance.runner.card.answer import Cryptogram

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from conformance.codec.apdu import CommandApdu, ResponseApdu
    from conformance.codec.dol import Dol
    from conformance.runner.card.issuer import Issuer

_UNIONPAY = "A0000003330101"
_BARE_UP_TO_SFI = 10  # up to here a signed record counts without its template (PB-6.1)


class Tap:
    """One contactless transaction. Amounts in yuan; what is told in hex by tag."""

    def __init__(self, exchange: Callable[[CommandApdu], ResponseApdu], issuer: Issuer) -> None:
        self._exchange = exchange
        self._issuer = issuer
        self._pdol: Dol | None = None
        self._df_name = b""
        self.static_data = b""
        self.card: dict[int, bytes] = {}

    def start(
        self, amount: str = "1.00", *, aid: str = _UNIONPAY, told: Mapping[int, str] | None = None
    ) -> Cryptogram:
        """SELECT and GET PROCESSING OPTIONS; what the card decided."""
        self.select(aid)
        return self.initiate(amount, told=told)

    def select(self, aid: str = _UNIONPAY) -> ResponseApdu:
        """SELECT by AID in hex; its PDOL counts for `initiate`."""
        selected = self._exchange(apdu.select(bytes.fromhex(aid)))
        application = parse_fci(template(selected, Tag.FCI_TEMPLATE, "select"), b"")
        self._pdol, self._df_name = application.pdol, application.df_name
        return selected

    def initiate(self, amount: str = "1.00", *, told: Mapping[int, str] | None = None) -> Cryptogram:
        """GET PROCESSING OPTIONS with what the PDOL wants; what the card decided."""
        if self._pdol is None:
            raise TerminatedError("pdol-missing")
        values = terminal.values(amount, told or {})
        response = self._exchange(apdu.get_processing_options(self._pdol.fill(values)))
        self.card = {}
        if not response.ok:
            return Cryptogram(response)
        answer = template(response, Tag.RESPONSE_TEMPLATE_2, "gpo")
        self.card = {child.tag: child.value for child in answer.children}
        self.card[Tag.DF_NAME] = self._df_name
        asked = {entry.tag for entry in self._pdol.entries}
        return self._judged(response, {tag: value for tag, value in values.items() if tag in asked})

    def finish(self) -> None:
        """Every record of the AFL; at the last the card commits."""
        self.static_data = b""
        for sfi, record, signed in self._afl().records():
            response = self._exchange(apdu.read_record(sfi, record))
            content = template(response, Tag.READ_RECORD_TEMPLATE, "record")
            self.card |= {child.tag: child.value for child in content.children}
            if signed:
                self.static_data += content.value if sfi <= _BARE_UP_TO_SFI else response.data

    def pay(self, amount: str = "1.00", *, told: Mapping[int, str] | None = None) -> Cryptogram:
        """A whole transaction: `start`, and the records where the card gave a TC."""
        answer = self.start(amount, told=told)
        if Tag.AFL in self.card:
            self.finish()
        return answer

    @property
    def last_place(self) -> tuple[int, int]:
        """SFI and number of the record at which the card commits."""
        return self._afl().last

    @staticmethod
    def amount(yuan: str) -> bytes:
        """An amount as the card stores it: six bytes of BCD in fen."""
        return to_bcd(fen(yuan), 6)

    def _afl(self) -> Afl:
        try:
            return Afl.parse(self.card[Tag.AFL])
        except (KeyError, AflError) as error:
            raise TerminatedError("afl-malformed", str(error)) from None

    def _judged(self, response: ResponseApdu, told: Mapping[int, bytes]) -> Cryptogram:
        """The cryptogram with the CVR's word for its kind, and what the issuer would compute."""
        atc, data = self.card.get(Tag.ATC, b""), self.card.get(Tag.ISSUER_APPLICATION_DATA, b"")
        plain = Cryptogram(response, atc=atc, value=self.card.get(Tag.AC, b""), issuer_data=data)
        kind = plain.cvr.first if plain.cvr is not None else "none"
        computed = idd = b""
        if self._issuer.keys is not None and len(atc) == 2:
            keys = self._issuer.session(*self._number(), atc, data)
            computed = judged.application_cryptogram(keys, told, self.card.get(Tag.AIP, b""), atc, data)
            idd = judged.idd_mac(keys, atc, data)
        return Cryptogram(response, kind, atc, plain.value, data, computed, idd)

    def _number(self) -> tuple[str, str]:
        try:
            pan = Track2.parse(self.card[Tag.TRACK2]).pan
        except (KeyError, ValueError) as error:
            raise TerminatedError("record-object-missing", f"57: {error}") from None
        return pan, self.card.get(Tag.PAN_SEQUENCE_NUMBER, b"\0").hex()
