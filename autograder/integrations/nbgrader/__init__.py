"""nbgrader keeps its commands, its pages and its gradebook; this engine grades.

Nothing is imported here, so that what needs no nbgrader works without it.
"""
