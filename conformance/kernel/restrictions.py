"""Processing restrictions: version 9F08, dates 5F24 and 5F25, usage control 9F07 (PB-7.4, PB-7.7).

Dates on a card are three bytes YYMMDD in BCD; years 00 to 49 are 2000 to 2049, 50 to 99 are 1950 to 1999.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from conformance.codec.bits import Tvr
from conformance.codec.tags import Tag
from conformance.kernel.termination import TerminatedError
from conformance.kernel.transaction import CASH

if TYPE_CHECKING:
    from conformance.kernel.transaction import ContactTransaction

_DOMESTIC_GOODS_OR_SERVICES = 0x28
_INTERNATIONAL_GOODS_OR_SERVICES = 0x14
_DOMESTIC_CASH = 0x80
_INTERNATIONAL_CASH = 0x40
_AT_ATM = 0x02
_OTHER_THAN_ATM = 0x01
_DOMESTIC_CASHBACK = 0x80  # of byte 2, as the next
_INTERNATIONAL_CASHBACK = 0x40


def date_of(value: bytes) -> date:
    """The calendar date of an n6 element; terminates when it is none."""
    digits = value.hex()
    if len(digits) != 6 or not digits.isdecimal():
        raise TerminatedError("date-malformed", digits.upper())
    year = int(digits[:2])
    try:
        return date(year + (2000 if year < 50 else 1900), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        raise TerminatedError("date-malformed", digits) from None


def expired(expiry: date, today: date) -> bool:
    """The application expires at the end of the day in 5F24, so that day itself is still good (TR-14)."""
    return expiry < today


def not_yet_effective(effective: date, today: date) -> bool:
    """The application is effective from the day in 5F25 on (TR-15)."""
    return effective > today


def usage_allowed(usage_control: bytes, domestic: bool) -> bool:
    """9F07 allows a purchase at a terminal that is no ATM.

    PBOC gives goods (b6, b5) and services (b4, b3) the same value (PB-7.7); either is enough here.
    """
    purchase = _DOMESTIC_GOODS_OR_SERVICES if domestic else _INTERNATIONAL_GOODS_OR_SERVICES
    return bool(usage_control[0] & _OTHER_THAN_ATM and usage_control[0] & purchase)


def version_differs(state: ContactTransaction) -> ContactTransaction:
    """TVR B2b8: 9F08 is there and is not the terminal's 9F09 (EMV Book 3 10.4.1)."""
    version = state.card.get(Tag.APPLICATION_VERSION_CARD)
    differs = version is not None and version != state.terminal.version
    return state.found(Tvr.VERSION_DIFFERS) if differs else state


def usage_restricted(state: ContactTransaction) -> ContactTransaction:
    """TVR B2b5: 9F07 does not allow this service here; checked where 9F07 is there (EMV Book 3 10.4.2)."""
    usage = state.card.get(Tag.APPLICATION_USAGE_CONTROL)
    if usage is None:
        return state
    if len(usage) != 2:
        raise TerminatedError("usage-control-malformed", usage.hex().upper())
    return state if _service_allowed(usage, state) else state.found(Tvr.SERVICE_NOT_ALLOWED)


def effective_date(state: ContactTransaction) -> ContactTransaction:
    """TVR B2b6: 5F25 is there and lies ahead (EMV Book 3 10.4.3)."""
    value, today = state.card.get(Tag.EFFECTIVE_DATE), state.terms.when.date()
    ahead = value is not None and not_yet_effective(date_of(value), today)
    return state.found(Tvr.NOT_YET_EFFECTIVE) if ahead else state


def expiration_date(state: ContactTransaction) -> ContactTransaction:
    """TVR B2b7: 5F24, which is mandatory, is there and its day is over (EMV Book 3 10.4.3)."""
    value, today = state.card.get(Tag.EXPIRATION_DATE), state.terms.when.date()
    over = value is not None and expired(date_of(value), today)
    return state.found(Tvr.EXPIRED) if over else state


def _service_allowed(usage: bytes, state: ContactTransaction) -> bool:
    """The place, B1b2 or b1; then the service, where 5F28 tells whether we are in the issuer's country."""
    at_atm = state.terminal.atm
    if not usage[0] & (_AT_ATM if at_atm else _OTHER_THAN_ATM):
        return False
    issuer_country = state.card.get(Tag.ISSUER_COUNTRY)
    if issuer_country is None:
        return True
    domestic = issuer_country == state.terminal.country
    if state.terms.type == CASH:
        return bool(usage[0] & (_DOMESTIC_CASH if domestic else _INTERNATIONAL_CASH))
    if state.terms.other and not usage[1] & (_DOMESTIC_CASHBACK if domestic else _INTERNATIONAL_CASHBACK):
        return False
    purchase = _DOMESTIC_GOODS_OR_SERVICES if domestic else _INTERNATIONAL_GOODS_OR_SERVICES
    return bool(usage[0] & purchase)
