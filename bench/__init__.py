"""Benchmarks: what the product costs, as ratios to a bare answer measured in the same run.

Read docs/performance.md for what the figures mean. Linux only: costs are read from /proc.
"""
