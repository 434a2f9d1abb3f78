"""Pictures for the demo, drawn by chance with a seed: what one might see in Riverside."""
