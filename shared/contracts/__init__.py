"""What is said: the messages of the pool as data, and nothing else."""
