"""`python -m examples.intake_app [--port N]`: serve the intake to this computer."""

from __future__ import annotations

import argparse

import uvicorn

from examples.intake_app.pages import make_app


def main() -> None:
    """Serves until it is stopped; then everything that was told is gone."""
    parser = argparse.ArgumentParser(
        prog="examples.intake_app", description="An intake on this computer alone."
    )
    parser.add_argument("--port", type=int, default=8017)
    port = parser.parse_args().port
    print(
        f"Open http://127.0.0.1:{port}/ in a browser on this computer. Ctrl-C ends it and erases everything."
    )
    # no access log: addresses and times of visits are content too
    uvicorn.run(
        make_app(), host="127.0.0.1", port=port, access_log=False, log_level="critical", server_header=False
    )


if __name__ == "__main__":
    main()
