"""A person at a closed terminal, asked at a prompt or on a page; what they saw is what the terminal shows."""
