"""Votes and impressions: how they are recorded, and what one person may weigh."""
