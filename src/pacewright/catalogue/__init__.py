"""What is known about Pacemaker and services, as YAML data."""
