"""The consultant that asks a language model: any OpenAI-compatible server reads and words, code decides."""
