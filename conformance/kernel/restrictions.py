"""Processing restrictions: dates 5F24 and 5F25, application usage control 9F07 (PB-7.4, PB-7.7).

Dates on a card are three bytes YYMMDD in BCD; years 00 to 49 are 2000 to 2049, 50 to 99 are 1950 to 1999.
"""

from __future__ import annotations

from datetime import date

from conformance.kernel.termination import TerminatedError

_DOMESTIC_GOODS_OR_SERVICES = 0x28
_INTERNATIONAL_GOODS_OR_SERVICES = 0x14
_OTHER_THAN_ATM = 0x01


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
