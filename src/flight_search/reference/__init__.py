"""What is known of airports, carriers and aircraft types: packaged reference data as typed tables."""
