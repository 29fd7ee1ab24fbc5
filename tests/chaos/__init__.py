"""Lost work, looked for: everything is killed and stopped at random while people send their voices.

    python -m chaos --seed 7

Run it by `make chaos`. It prints a tally and fails when a single accepted request was lost, and when too little
happened, or too slowly, to show that none is.
"""
