"""What the reports of a class say together: how hard, how telling, how fast."""
