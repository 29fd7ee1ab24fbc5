"""What each material tells the lamps: skin, eyes, hair, cloth."""
