"""The pages on which people decide: questions, look-alikes, rules, decisions, plans of the sinks.

Which answers exist and what they change is decided by `questions`; pages that only show photos are
in the package around this one.
"""
