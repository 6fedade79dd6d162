"""What a PBOC terminal does, in the standard's order, as functions on a plain card link."""
