"""Measures of clusterings: agreement between two, and structure of one in its space.

Pure functions in float64. Labels are integers in any order; only `agreement` and `describe` ever read
true labels, and never during a fit.
"""
