"""Every figure that README quotes, as a ratio against a baseline that is measured in the same run.

`python -m benchmarks` runs all, `python -m benchmarks sends start` the ones named. The server runs pinned to
core 0, what loads it on core 1, where the machine has two and `taskset`.
"""
