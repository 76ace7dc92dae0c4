pip install -q lxml
