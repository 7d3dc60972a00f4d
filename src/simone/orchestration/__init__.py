"""The five agents, the workflows and the pipeline that runs them.

Not for construction: runtime wires the parts.
"""
