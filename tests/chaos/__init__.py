"""Looks for lost work: everything is killed and stopped at random while users send recordings.

    python -m chaos --seed 7

`make chaos` runs it. It prints what it found, and fails when an accepted request was lost. It also fails when too
little happened, or too slowly, to show that none was lost.
"""
