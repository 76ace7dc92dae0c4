"""What people look at: a pipeline as SVG, Mermaid or DOT, and a run as one HTML page."""
