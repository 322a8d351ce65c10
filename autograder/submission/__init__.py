"""What was handed in: intake copies it, policy reads it, nothing runs it."""
