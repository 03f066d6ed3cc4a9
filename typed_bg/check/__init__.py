"""`typed-bg check`: call sites, probes, checker runs, verdicts, report."""
