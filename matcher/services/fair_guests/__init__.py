"""Who comes to a fair (参会求职者): registering, inviting by match, answers, sessions and their line, routes, slips."""
