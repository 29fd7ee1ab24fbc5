"""The limits of connections: how large a head, how slow a client, how many at once."""
