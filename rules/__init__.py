"""The clinic's rules: pure functions over plain values. No database, no clock, no network."""
