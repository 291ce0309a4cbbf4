"""Plans, events and history rendered: a reader of the model, nothing else."""
