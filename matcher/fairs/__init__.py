"""Pure rules of career fairs (招聘会): permits, ticket codes, plan of booths, personal routes; no database or clock."""
