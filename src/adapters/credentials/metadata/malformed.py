"""What is wrong with a file that gets no metadata."""


class Malformed(Exception):
    """The file is not built as its format demands."""
