"""Benchmarks: what xlsync does against rivals, in one run on one machine; ratios are what counts."""
