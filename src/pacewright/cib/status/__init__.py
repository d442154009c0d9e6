"""The state of a cluster: what runs, what is held, what is wrong and why; explanations."""
