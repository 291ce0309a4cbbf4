"""The stages of a deployment, each a function that reads top to bottom like the deploy itself."""
