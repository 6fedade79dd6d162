"""Bytes to values and back: APDU, status word, TLV, data elements, DOL, AFL, bit fields, YAML with positions."""
