"""Every figure that README quotes, printed as a ratio against a baseline measured in the same run."""
