"""One clustering out of several: consensus functions of an ensemble, and what they are built on.

Whatever needs the square of the number of samples works on distinct rows of labels, and refuses with an
estimate what still does not fit.
"""
