"""What is done with a running cluster, step by step: each operation holds a named lock in the CIB while it works."""
