"""Queues that carry announcements to workers: one in this process, one on RabbitMQ."""
