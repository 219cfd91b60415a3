"""A clinic's year, played through the product's own matching and dispatch. Read year.py first."""
