"""What a run reports: shapes, rules, baseline, exit code."""
