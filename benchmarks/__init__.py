"""Speed, one file a goal: each has a TITLE and a `run(scale)`.

`run` gives rows of what, value, unit, goal, beside (the same work done the plain way) and ratio (beside ÷ value).
`scale` makes the work smaller or larger; goals hold at 1. A figure and what stands beside it are measured in one
process, so that the ratio means something on any machine.
"""
