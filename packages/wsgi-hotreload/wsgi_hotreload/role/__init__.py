"""What runs beside the app, such as a worker for jobs: a Python program in a process forked from the zygote."""
