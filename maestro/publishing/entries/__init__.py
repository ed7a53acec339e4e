"""Pages of artifacts, models, data sets and experiments, and the parts they are made of."""
