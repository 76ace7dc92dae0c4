"""How a model answers; it is packed with the model and never run here."""


def predict_fn(rows: list[float], model: float) -> list[float]:
    return [row * model for row in rows]
