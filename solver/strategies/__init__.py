"""From a cluster and a question to an answer: all strategies are interchangeable."""
