"""What is asked of the operating system: durable files, locks, threads, processes, folder names."""
