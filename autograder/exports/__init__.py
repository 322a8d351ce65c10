"""Grades in the forms that other tools read; pure functions from `Graded` to text."""
