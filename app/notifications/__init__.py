"""What others did that concerns a person, told once and calmly."""
