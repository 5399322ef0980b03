"""The operations, written once against the ports; ``app`` puts together those of a role."""
