"""The language models, as stateless executors of instructions.

Not for prompts outside an instruction, nor for memory of any kind.
"""
