"""Queues that wake workers up: one in this process, one on RabbitMQ."""
