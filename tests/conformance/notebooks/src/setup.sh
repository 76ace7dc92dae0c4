python3 -m pip install --quiet pandas
