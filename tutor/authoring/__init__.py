"""What instructors get: checks that run the engine and the consultant, content tests, coverage."""
