"""The built-in studio: a head with morph targets that a voice shapes, drawn and filmed on the CPU.

It makes a stylised character that follows measured acoustics and the stated age and gender. It is not a likeness
and not biometrics.
"""
