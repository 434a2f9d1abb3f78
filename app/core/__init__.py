"""The kernel: what every package stands on, without a noun of the domain."""
