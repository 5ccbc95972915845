"""What pages say: codes and values of matcher turned into sentences; no markup, no queries."""
