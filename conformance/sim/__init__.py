"""Conforming simulators and their defects."""
