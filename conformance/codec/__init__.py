"""Bytes to values and back: APDU, status word, TLV, data elements, DOL, AFL, bits; YAML with positions."""
