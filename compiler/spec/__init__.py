"""What a person may declare: the classes, and how a document becomes them."""
