"""Staff of the sections: what the sheets say that people work for each project, against the posts of the section (定員)."""
