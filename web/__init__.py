"""The pages and the JSON API: reads a request, calls one use case of matcher, answers."""
