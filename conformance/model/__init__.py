"""What things are: plain, frozen values without input or output."""
