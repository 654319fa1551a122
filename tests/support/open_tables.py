"""The tables behind the charts, which a page fills only when they are opened."""

from streamlit.testing.v1 import AppTest


def with_tables(app: AppTest) -> AppTest:
    """The page once more, with every table behind a chart opened."""
    for key in (expander.proto.id.rpartition("-")[2] for expander in app.expander):
        if key.startswith("table_"):
            app.session_state[key] = True
    return app.run()
