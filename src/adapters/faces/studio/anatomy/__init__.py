"""From the numbers of a design to a mesh: head, hair, lashes, glasses."""
