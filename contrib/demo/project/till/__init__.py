"""Adds up a shop's cart and prints the invoice."""
