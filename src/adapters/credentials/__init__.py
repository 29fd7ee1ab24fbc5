"""What the files of faces say of themselves: metadata that anyone can read, and signed credentials (C2PA)."""
