"""The command line: parse, call, print.

Not for logic of any kind.

The result goes to standard output and nothing else does; progress and errors go to standard error. Exit codes: 0 done
and clean, 1 done with findings (a refuted or unsupported claim, a withheld answer, a divergence), 2 bad input,
3 the program could not do its job.
"""
