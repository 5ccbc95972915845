"""What the tests stand on, by noun: databases, broker, browser, order of rows."""
