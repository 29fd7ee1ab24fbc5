"""The face makers: the built-in studio, model servers, and a gallery of ready pictures."""
