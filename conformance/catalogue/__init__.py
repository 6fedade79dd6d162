"""Loads the cases and the proforma, checks them, selects by ICS."""
