"""The CIB as XML and as values: read, build, compare, understand the scheduler's answers. Runs nothing."""
