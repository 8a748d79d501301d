"""The residents' own portal: who enters it, and what he finds there."""
