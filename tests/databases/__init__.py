"""The databases of the tests: every kind behind one face, things to put into them, statements to count."""
