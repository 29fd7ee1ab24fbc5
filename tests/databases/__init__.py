"""The databases of the tests: one interface to every kind, example rows, their statements and their revisions."""
