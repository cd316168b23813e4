"""From files to a cluster and a question: the only place that knows YAML."""
