"""The real application with the real ranking bodies, and leases a test can wait for."""

from matcher.kinds import JobQueue
from workers import app as workers_app

app = workers_app.app
app.leases = dict.fromkeys(JobQueue, 3.0)
app.conf.include = ["workers.live", "workers.ranking"]
