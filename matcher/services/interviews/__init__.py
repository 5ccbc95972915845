"""Interview days (面试日): slots, who gets which, changes by hand, attendance, lists."""
