"""What came out: verdicts, score, report, feedback."""
