"""What is taught: exercises, the catalogue, the student's folder, the audit."""
