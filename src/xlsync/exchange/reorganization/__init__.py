"""Reorganisation of the city (組織改編): which sheets go to which unit, a plan first, then a revision each."""
