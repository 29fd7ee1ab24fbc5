"""What each part of the figure is made of: skin and what is painted on it, eyes, mouth, hair, glasses, cloth."""
