"""From ranked passages to a cited answer: prompt, generators, citations, refusal."""
