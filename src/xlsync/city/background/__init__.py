"""The programs that run without anybody logged on: watcher, server and nightly backup, under systemd or the Task Scheduler.

What is to be done is planned as a list of steps (pure), for either system on either system, and carried out apart.
"""
