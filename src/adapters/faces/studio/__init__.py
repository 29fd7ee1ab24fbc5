"""The built-in studio: a head with morph targets that a voice shapes, drawn on the CPU as a portrait and a video.

It makes a stylised character that follows measured acoustics and the stated age and gender. It does not show how a
person really looks, and it identifies no person.
"""
