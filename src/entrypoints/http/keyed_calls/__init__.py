"""Calls with an idempotency key: repeating one gives the first answer again."""
