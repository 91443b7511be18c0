"""Year change (年度更新): last year's sheets → sheets of the new edition, a plan first, then a revision each."""
