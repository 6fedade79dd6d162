"""What is made of a record: HTML, JUnit XML, decoded traces. Computed from the record alone, never from the run."""
