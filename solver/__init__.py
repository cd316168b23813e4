"""Where should the pods go? Proven placements of Kubernetes pods on nodes, compared with kube-scheduler's."""
