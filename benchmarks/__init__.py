"""Timings of exactgeom beside float peers: `make bench`."""
