"""The HTML adapter of the social side, and the pages that belong to nobody else."""
