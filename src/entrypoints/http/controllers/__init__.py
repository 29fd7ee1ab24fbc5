"""One file a resource: decode, ask a use case, answer."""
