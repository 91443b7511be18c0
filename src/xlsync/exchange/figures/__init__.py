"""Figures of the financial system (財務会計): budget lines in yen become amounts of the sheets."""
