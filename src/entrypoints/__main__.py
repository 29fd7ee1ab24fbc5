"""`python -m entrypoints` is `voice2face`."""

from entrypoints.commands.cli import main

if __name__ == "__main__":  # child processes import this file too
    main()
