"""The built-in studio: a parametric head that a voice bends, drawn and filmed on a plain CPU.

What it makes is a stylised character whose shape follows measured acoustics and the stated age and
gender. It is not a likeness and not biometrics.
"""
