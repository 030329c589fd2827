"""What runs the path: the only room that knows Kafka, the clock and the environment."""
