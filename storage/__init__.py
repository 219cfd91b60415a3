"""Tables, queries, migrations and the transaction. PostgreSQL is the truth."""
