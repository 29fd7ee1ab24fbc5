"""Child processes for work that may be costly or break."""
