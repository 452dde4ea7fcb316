"""A published list months ahead: rates by weeks waited that move with time, paths with their noise, and a backtest."""
