"""How fast the service is, beside what the layers beneath it can do: run by `make bench`.

    python -m bench [--seconds 4] [--rounds 3] [listing submitting waking storming uploading drawing]

Every figure and its floor are measured in turns in one run, so that their ratio survives a noisy machine.
"""
