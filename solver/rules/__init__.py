"""Rules of scheduling: one file each, named as in Kubernetes."""
