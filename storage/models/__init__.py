"""Model files: what there is, where it comes from, and the proof that it is what it should be."""

from storage.models.store import ModelStore as ModelStore
