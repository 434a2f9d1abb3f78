"""The use cases of posts: one module for each verb."""
