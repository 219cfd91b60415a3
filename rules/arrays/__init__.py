"""A whole list held against one opening at once: the filters and factors of `rules` written over columns.

The functions for a single entry (`rules.eligibility`, `rules.factors`, `rules.ordering`) stay the definition; what
stands here gives the same, to the bit, and faster. tests/rules/test_arrays.py holds the two together.
"""
