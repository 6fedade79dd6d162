"""Parts of simulated terminals; each has one duty and knows no other part."""
