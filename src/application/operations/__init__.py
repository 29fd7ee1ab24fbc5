"""What operators do with the whole service: back it up, restore it."""
