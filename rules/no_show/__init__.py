"""How likely a visit is to be missed: a rule of thumb, and what a clinic's own history teaches.

Never told to patients, and never a ground for refusing a visit: it says whom to ask sooner whether they will
come.
"""
