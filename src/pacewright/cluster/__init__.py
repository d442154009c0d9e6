"""The world: Pacemaker's tools and the clusters they reach. Only ``process`` starts programs."""
