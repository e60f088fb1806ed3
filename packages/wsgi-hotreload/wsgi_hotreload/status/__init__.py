"""What is being served: a JSON document under a reserved path, and the client that reads it."""
