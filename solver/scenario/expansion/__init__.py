"""From workloads to pods: whose pods are in the input already, and which are to be made."""
