"""The rules of a simulator are those of `model.rule`, under the name that simulators know them by."""

from conformance.model.rule import Behaviour, Rule, entries

__all__ = ["Behaviour", "Rule", "entries"]
