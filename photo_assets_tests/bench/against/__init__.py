"""This program against one of its own commits: both over copies of one lake, step by step."""
