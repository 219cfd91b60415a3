"""What a clinic does and says: one operation a function, audited, in a transaction it is given."""
