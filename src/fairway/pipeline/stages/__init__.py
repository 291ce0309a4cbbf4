"""One module for each stage. Each has `run(delivery) -> Ending` and finds in the run's folder what it needs.

A stage may run in a process of its own, again, or after another one was cut off.
"""
