"""Background work: the Celery application, its job bodies, the dispatcher and `yangguang up`."""
