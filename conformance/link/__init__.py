"""The doors to the outside: cards, terminals, readers, recordings."""
