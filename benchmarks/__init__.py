"""Speed, measured: `make bench`, or `python -m benchmarks NAME` for one table."""
