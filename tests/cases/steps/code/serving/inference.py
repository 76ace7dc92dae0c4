def model_fn(folder):
    return folder
