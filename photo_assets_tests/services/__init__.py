"""Servers on real sockets that stand in for services, and the faults they can be told to commit."""
