"""What labels teach the ranker: calibration, trust and the weights of the boosts."""
