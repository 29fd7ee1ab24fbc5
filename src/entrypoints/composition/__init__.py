"""Builds the service from its settings, for HTTP, worker and command line alike; knows nothing of HTTP."""
