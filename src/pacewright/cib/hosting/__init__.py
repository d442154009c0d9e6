"""What bundles need of the nodes that may run them: what is to be asked, and what the answers mean."""
