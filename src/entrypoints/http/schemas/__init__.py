"""What goes over the wire, under the names that clients know."""
