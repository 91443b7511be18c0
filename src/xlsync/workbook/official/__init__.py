"""An official Excel form as somebody drew it: its boxes, what is typed into them, and what each is called."""
