"""State documents, their folder, the lock on a stack and the events of its last deployment."""
