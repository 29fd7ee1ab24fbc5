"""Writes mails in Korean and English, and sends them by SMTP or leaves them in a folder."""
