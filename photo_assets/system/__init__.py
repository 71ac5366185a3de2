"""Operating system services: durable files, locks, threads, processes, folder names."""
