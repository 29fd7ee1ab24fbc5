"""The repositories, a file each; all on the session of one unit of work."""
