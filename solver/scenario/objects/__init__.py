"""From the fields of Kubernetes objects to the values of `solver.cluster`, with the defaults of the API server."""
