CONSTANT = "old constant"
