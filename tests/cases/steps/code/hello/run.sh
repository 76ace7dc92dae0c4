echo hello "$@"
