"""Reads the learner (Assessor) and words the reply (Voice), offline or through an LLM."""
