"""What is allowed and what it moves: values in, plan out; no I/O, no clock, no chance."""
