"""The declared types, one module per service; imported only when a type of the service is asked for."""
