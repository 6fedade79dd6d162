"""Parts of simulated terminals; each has one duty, and knows no other but the storage that it stands on."""
