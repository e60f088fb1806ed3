"""The configuration of JupyterLab and of IPython, which an image links to where both look for theirs."""
