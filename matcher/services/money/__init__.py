"""Money as it was given (资金): the ledger, payment lists, totals, aid given twice. The house pays nothing itself."""
