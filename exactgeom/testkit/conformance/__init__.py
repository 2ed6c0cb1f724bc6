"""The suite itself: families of problems, what is true of them, and how an answer is judged."""
