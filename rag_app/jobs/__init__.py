"""Ingestion as durable jobs: what a job does step by step, who works on it, and what is told of it."""
