"""What is made of a record, and of nothing else: HTML, JUnit XML, decoded traces."""
