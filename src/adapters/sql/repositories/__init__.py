"""The repositories, one a file; they share the session of their unit of work."""
