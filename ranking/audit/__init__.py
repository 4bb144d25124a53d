"""What re-ranking brings and costs on one corpus: a verdict, a diagnosis, and the questions behind them."""
