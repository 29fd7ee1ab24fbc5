"""`python -m entrypoints` is `voice2face`."""

from entrypoints.cli import main

main()
