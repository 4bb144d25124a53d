"""Offline measurement of the ranking, stage by stage, by document and by passage."""
