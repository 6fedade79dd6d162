"""Preamble, steps, postamble, verdict; the facades that a case sees. Knows no pytest."""
