"""Pictures: received, redrawn in a locked room, described, attached to posts, erased."""
