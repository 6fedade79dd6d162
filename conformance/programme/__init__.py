"""A city's programme: its directive, what is installed where, certificates, ledger and milestones."""
