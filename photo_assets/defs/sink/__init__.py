"""`sink/*`: plans of what the outside places should hold, and the writing of them."""
