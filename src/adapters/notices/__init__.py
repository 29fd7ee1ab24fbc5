"""The notices: a folder for each version, with a text for each language.

A text that users may have agreed to is never changed: what is to be said otherwise gets a new folder, named after the
month. The names sort by age.
"""
