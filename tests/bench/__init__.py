"""How fast the service is, compared with what the libraries below it can do; `make bench` runs it.

    python -m bench [--seconds 4] [--rounds 3] [claiming listing submitting logins uploading drawing]

A figure is what the service does; its floor is what the libraries below can do. Both are measured in turns in one run,
so that their ratio also holds on a busy machine.
"""
