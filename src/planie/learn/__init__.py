"""Fine-tuning: annotated plans in, a model folder out."""
