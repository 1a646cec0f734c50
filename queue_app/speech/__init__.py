"""A leaf library that speaks a call: a label and a counter in, words, then sound out; in five languages, without a network."""
